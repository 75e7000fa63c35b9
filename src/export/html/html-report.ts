/** Exports a run as one HTML file that needs no network: tables for print, and a timeline, flame and calls for the browser. */
import { createHash } from 'node:crypto';
import { safeText } from '../../lib/text/safe-text.js';
import { analyzeRun } from '../../profile/analysis/findings.js';
import { deriveWarnings, formatWarning } from '../../profile/analysis/warnings.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { Advice } from '../../insights/advice/advice-call.js';
import { describeAdvice } from '../../insights/advice/describe-advice.js';
import { formatResult } from '../result-text.js';
import { listRunFacts, tabulateModels, tabulateNodes, type ReportTable } from '../run-tables.js';
import { readReportAssets } from './report-assets.js';
import { collectReportData } from './report-data.js';

/** The report of a run. The texts of the run are escaped: none of them becomes markup or a script. */
export function toHtml(state: RunState, advice: readonly Advice[] = []): string {
  const { script, style } = readReportAssets();
  const name = state.started?.name ?? 'run';
  const facts = [...listRunFacts(state), state.started?.startedAt ?? ''].filter(Boolean);
  // No source but the file's own style and script, by their hashes: an injected one would not run.
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="pflow">
<title>${escape(name)} · pflow</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escape(name)}</h1>
<p>${facts.map((fact) => escape(fact)).join(' · ')}</p>
${state.started?.flags.simulated ? '<p><strong>SIMULATED</strong>: no model was called.</p>' : ''}
</header>
<main>
${findingsSection(state)}
${adviceSection(advice)}
<section id="explorer" aria-labelledby="explorer-title" hidden>
<h2 id="explorer-title">Steps</h2>
</section>
<section aria-labelledby="nodes-title">
<h2 id="nodes-title">Nodes</h2>
${formatTable(tabulateNodes(state))}
</section>
<section aria-labelledby="models-title">
<h2 id="models-title">Models</h2>
${formatTable(tabulateModels(state))}
</section>
${resultSection(state)}
</main>
<script type="application/json" id="run">${escapeJson(JSON.stringify(collectReportData(state)))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function findingsSection(state: RunState): string {
  const { errors } = analyzeRun(state);
  const lines = [
    ...errors.map(
      ({ node, message, recovered }) =>
        `<li class="${recovered ? 'warning' : 'failed'}">${recovered ? 'Recovered error' : 'Error'} in ${escape(node ?? 'the run')}: ${escape(message)}</li>`,
    ),
    ...deriveWarnings(state).map((warning) => `<li class="warning">${escape(formatWarning(warning))}</li>`),
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
${advice.map((each) => `<li>${escape(describeAdvice(each))}</li>`).join('\n')}
</ul>
</section>`;
}

function resultSection(state: RunState): string {
  const result = formatResult(state);
  if (!result) return '';
  const name = result.output === undefined ? '' : ` (${escape(result.output)})`;
  const rest = result.omitted === '' ? '' : `<p>… ${escape(result.omitted)}</p>`;
  return `<section aria-labelledby="result-title">
<h2 id="result-title">Result${name}</h2>
<pre tabindex="0" role="region" aria-label="Result">${escape(result.lines.join('\n'), true)}</pre>
${rest}
</section>`;
}

/** The first column names the row. */
function formatTable({ headings, rows }: ReportTable): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cells = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? `<th scope="row">${escape(cell)}</th>` : `<td>${escape(cell)}</td>`))
      .join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(headings[0]!)} table"><table>
<thead><tr>${headings.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
</table></div>`;
}

/** Text as HTML, without control characters. */
function escape(text: string, keepNewlines = false): string {
  return safeText(text, { keepNewlines }).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot end the script element it is in. */
function escapeJson(json: string): string {
  return json.replace(
    /[<\u2028\u2029]/g,
    (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
