/** Exports a run as Markdown. */

import { safeText } from '../lib/text/safe-text.js';
import type { Advice } from '../insights/advice/advice-call.js';
import { describeAdvice } from '../insights/advice/describe-advice.js';
import { formatResult } from './result-text.js';
import { listRunFacts, tabulateModels, tabulateNodes, type ReportTable } from './run-tables.js';
import { listErrors, type Failure } from '../profile/analysis/findings.js';
import { deriveWarnings, formatWarning } from '../profile/analysis/warnings.js';
import type { RunState } from '../profile/run/run-state.js';

/** A Markdown report for an issue or a chat: status, tables of nodes and models, errors, advice, result. */
export function toMarkdown(state: RunState, advice: readonly Advice[] = []): string {
  const errors = listErrors(state);
  const simulated = state.started?.flags.simulated ? ['', '**SIMULATED**: no model was called.'] : [];
  return [
    `# ${inline(state.started?.name ?? 'run')}`,
    ...simulated,
    '',
    listRunFacts(state).join(' · '),
    ...formatTable(tabulateNodes(state)),
    ...formatTable(tabulateModels(state)),
    ...(errors.length > 0 ? [''] : []),
    ...errors.map(errorLine),
    ...warningLines(state),
    ...adviceLines(advice),
    ...resultLines(state),
    '',
  ].join('\n');
}

/** The result in a code block, whose fence is longer than any in it: a result is data, not part of this document. */
function resultLines(state: RunState): string[] {
  const result = formatResult(state);
  if (!result) return [];
  const longest = Math.max(2, ...result.lines.map((line) => /^ *(`+)/.exec(line)?.[1]?.length ?? 0));
  const fence = '`'.repeat(longest + 1);
  const name = result.output === undefined ? '' : ` (${inline(result.output)})`;
  const rest = result.omitted === '' ? [] : ['', `… ${result.omitted}`];
  return ['', `## Result${name}`, '', `${fence}text`, ...result.lines, fence, ...rest];
}

/** What went wrong without failing the run. */
function warningLines(state: RunState): string[] {
  const warnings = deriveWarnings(state);
  return warnings.length > 0
    ? ['', '## Warnings', '', ...warnings.map((warning) => `- ${inline(formatWarning(warning))}`)]
    : [];
}

function adviceLines(advice: readonly Advice[]): string[] {
  return advice.length > 0
    ? ['', '## Advice', '', ...advice.map((each) => `- ${inline(describeAdvice(each))}`)]
    : [];
}

function errorLine({ node, message, recovered }: Failure): string {
  return `- ${recovered ? 'Recovered error' : 'Error'} in ${inline(node ?? 'the run')}: ${inline(message)}`;
}

function formatTable({ headings, rows }: ReportTable): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  return ['', line(headings), `|${headings.map(() => ' --- ').join('|')}|`, ...rows.map(line)];
}

/** Escapes text: `|` or `<` in a name must not break the table or become HTML. */
function inline(text: string): string {
  return safeText(text).replace(/[\\`*_|<>[\]]/g, String.raw`\$&`);
}
