/** Renders two runs, node by node, as one HTML file that needs no network. */
import type { Advice } from '../../insights/advice/advice-call.js';
import { describeAdvice } from '../../insights/advice/describe-advice.js';
import type { RunState } from '../../profile/run/run-state.js';
import { formatResult } from '../result-text.js';
import { drawDoubleTimeline } from './double-timeline.js';
import { escapeHtml, htmlSection, htmlTable, renderPage } from './html-page.js';

/** A run with the advice on it. */
export type ComparedRun = Readonly<{ state: RunState; advice: readonly Advice[] }>;

/** The page of two runs; `rows` are the cells of their comparison, the headings first. */
export function toComparisonHtml(
  before: ComparedRun,
  after: ComparedRun,
  rows: readonly (readonly string[])[],
): string {
  const [headings = [], ...nodes] = rows;
  const timeline = drawDoubleTimeline(before.state, after.state);
  const name = ({ state }: ComparedRun) => state.started?.name ?? 'run';
  const title =
    name(before) === name(after) ? `${name(after)}, two runs` : `${name(before)} and ${name(after)}`;
  const when = ({ state }: ComparedRun) =>
    `${name({ state, advice: [] })} ${state.started?.startedAt ?? ''} ${state.status}`;
  return renderPage({
    title,
    facts: [`before: ${when(before)}`, `after: ${when(after)}`],
    body: [
      ...(timeline === undefined ? [] : [htmlSection('timeline', 'Timeline', timeline)]),
      htmlSection('nodes', 'Nodes', htmlTable(headings, nodes)),
      ...describeRun('before', 'Before', before),
      ...describeRun('after', 'After', after),
    ].join('\n'),
  });
}

function describeRun(id: string, heading: string, { state, advice }: ComparedRun): string[] {
  const result = formatResult(state);
  return [
    ...(result
      ? [
          htmlSection(
            `${id}-result`,
            `${heading}: result`,
            `<pre tabindex="0" role="region" aria-label="${heading}: text of the result">${escapeHtml([...result.lines, ...(result.omitted === '' ? [] : [`… ${result.omitted}`])].join('\n'), true)}</pre>`,
          ),
        ]
      : []),
    ...(advice.length > 0
      ? [
          htmlSection(
            `${id}-advice`,
            `${heading}: advice`,
            `<ul>\n${advice.map((each) => `<li>${escapeHtml(describeAdvice(each))}</li>`).join('\n')}\n</ul>`,
          ),
        ]
      : []),
  ];
}
