/** Exports a run as one HTML file that needs no network: tables for print, and a timeline, flame and calls for the browser. */
import { listErrors } from '../../profile/analysis/findings.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { Advice } from '../../insights/advice/advice-call.js';
import { describeAdvice } from '../../insights/advice/describe-advice.js';
import { formatResult } from '../result-text.js';
import { listRunFacts, tabulateModels, tabulateNodes, type ReportTable } from '../run-tables.js';
import { escapeHtml, htmlSection, htmlTable, renderPage } from './html-page.js';
import { collectReportData } from './report-data.js';

/** The report of a run. The texts of the run are escaped: none of them becomes markup or a script. */
export function toHtml(state: RunState, advice: readonly Advice[] = []): string {
  const name = state.started?.name ?? 'run';
  return renderPage({
    title: name,
    facts: [...listRunFacts(state), state.started?.startedAt ?? ''].filter(Boolean),
    notes: state.started?.flags.simulated ? '<p><strong>SIMULATED</strong>: no model was called.</p>' : '',
    body: `${findingsSection(state)}
${adviceSection(advice)}
<section id="explorer" aria-labelledby="explorer-title" hidden>
<h2 id="explorer-title">Steps</h2>
</section>
${htmlSection('nodes', 'Nodes', formatTable(tabulateNodes(state)))}
${htmlSection('models', 'Models', formatTable(tabulateModels(state)))}
${resultSection(state)}`,
    data: collectReportData(state),
  });
}

function findingsSection(state: RunState): string {
  const errors = listErrors(state);
  const lines = [
    ...errors.map(
      ({ node, message, recovered }) =>
        `<li class="${recovered ? 'warning' : 'failed'}">${recovered ? 'Recovered error' : 'Error'} in ${escapeHtml(node ?? 'the run')}: ${escapeHtml(message)}</li>`,
    ),
    ...deriveWarnings(state).map(
      (warning) => `<li class="warning">${escapeHtml(formatWarning(warning))}</li>`,
    ),
  ];
  if (lines.length === 0) return '';
  return `<section aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
<ul class="findings">
${lines.join('\n')}
</ul>
</section>`;
}

function adviceSection(advice: readonly Advice[]): string {
  if (advice.length === 0) return '';
  return `<section aria-labelledby="advice-title">
<h2 id="advice-title">Advice</h2>
<ul>
${advice.map((each) => `<li>${escapeHtml(describeAdvice(each))}</li>`).join('\n')}
</ul>
</section>`;
}

function resultSection(state: RunState): string {
  const result = formatResult(state);
  if (!result) return '';
  const name = result.output === undefined ? '' : ` (${escapeHtml(result.output)})`;
  const rest = result.omitted === '' ? '' : `<p>… ${escapeHtml(result.omitted)}</p>`;
  return `<section aria-labelledby="result-title">
<h2 id="result-title">Result${name}</h2>
<pre tabindex="0" role="region" aria-label="Result">${escapeHtml(result.lines.join('\n'), true)}</pre>
${rest}
</section>`;
}

function formatTable({ headings, rows }: ReportTable): string {
  return htmlTable(headings, rows);
}
