/** The Cost pane. */

import { formatCount, formatExactUsd, formatUsd, plural } from '../../lib/text/format.js';
import { componentNames, unitsPerRate } from '../../pricing/cost.js';
import { explainCall, type CallExplanation } from '../../insights/advice/explain-call.js';
import type { Call, RunState } from '../../profile/run/run-state.js';
import { ZERO_TOTALS, sumCalls } from '../../profile/run/totals.js';
import { formatCallCost, formatCost } from '../../lib/text/format-cost.js';
import { perCall, type CallPane } from './llm-panes.js';
import { segment } from '../base/frame.js';
import { factItems, textItem, type PaneItem } from '../content/pane-item.js';
import { type CallSpan } from '../spans/llm-calls.js';

type Cost = NonNullable<Call['cost']>;
type Component = Cost['components'][number];

/** Renders the cost of each call: the arithmetic per component, rates, sources and doubts. */
export function costItems(run: RunState, calls: readonly CallSpan[], pane: CallPane): readonly PaneItem[] {
  const each = perCall(calls, (span, key) =>
    callItems(run, span, pane).map((item) => ({ ...item, key: `${key}/${item.key}` })),
  );
  return calls.length > 1 ? [...sumItems(calls, pane), ...each] : each;
}

/** The total of all calls, and the wasted part of it. */
function sumItems(calls: readonly CallSpan[], { width, glyphs }: CallPane): readonly PaneItem[] {
  const totals = sumCalls(calls.map(({ call }) => call));
  const wasted = { ...ZERO_TOTALS, calls: 1, priced: true, usd: totals.wastedUsd };
  const money = (each: typeof totals) => formatCost(each, { none: glyphs.none });
  return [
    ...factItems('all calls', `${plural(calls.length, 'call')}, ${money(totals)}`, width, 'bold'),
    ...(totals.wastedUsd > 0
      ? factItems('wasted', `${money(wasted)} on answers that were thrown away`, width, 'warning')
      : []),
    textItem('all/gap', []),
  ];
}

function callItems(run: RunState, { id, call }: CallSpan, pane: CallPane): readonly PaneItem[] {
  const { width } = pane;
  const { miss, context, tools } = explainCall(run, id) ?? {};
  const { cost, usage } = call;
  const fact = (label: string, value: string | undefined) =>
    value === undefined ? [] : factItems(label, value, width);
  return [
    ...(cost ? arithmetic(cost, pane) : []),
    ...factItems('cost', costSentence(call, pane), width, 'bold'),
    ...fact('priced as', cost?.pricedAs),
    ...fact('matched by', cost?.matchedBy),
    ...fact('rates', cost?.file),
    ...fact('because', cost?.because.join('; ') || undefined),
    ...fact('tokens', tokensText(call)),
    ...fact('cache', cacheSentence(call, miss)),
    ...fact('cause', miss?.cause),
    ...fact('remedy', miss?.remedy),
    ...fact('context', context && contextText(context, tools, pane)),
    ...(call.wasted ? factItems('wasted', 'the answer was paid for and thrown away', width, 'warning') : []),
    ...[...(cost?.warnings ?? []), ...(usage?.warnings ?? [])].flatMap((warning, i) =>
      factItems(`warning ${i + 1}`, warning, width, 'warning'),
    ),
  ];
}

/** One line per component: name, count, rate, amount; stacked on a narrow screen. */
function arithmetic({ components, state }: Cost, { width, glyphs }: CallPane): readonly PaneItem[] {
  if (components.length === 0) return [];
  const mark = state === 'estimated' ? '~' : '';
  const rows = components.map((each) => [
    mark + formatCount(each.count),
    rateText(each),
    formatExactUsd(each.usd),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    ([count, rate, usd]) =>
      `${count!.padStart(widths[0]!)} × ${rate!.padEnd(widths[1]!)} = ${usd!.padStart(widths[2]!)}`,
  );
  const total = formatExactUsd(components.reduce((sum, { usd }) => sum + usd, 0));
  const sum = total.padStart(lines[0]!.length);
  const underline = glyphs.rule.repeat(total.length).padStart(sum.length);
  return [
    ...components.flatMap(({ kind }, i) => factItems(componentNames[kind], lines[i]!, width)),
    ...(components.length > 1 && sum.length <= width - 17
      ? [
          textItem('sum/rule', [segment(' '.repeat(16)), segment(underline, 'dim')]),
          textItem('sum', [segment(' '.repeat(16)), segment(sum)]),
        ]
      : []),
  ];
}

/** How much of the input was read from the cache, and the effect of that on the cost of the call. */
function cacheSentence({ cacheEffect, usage }: Call, miss: CallExplanation['miss']): string | undefined {
  if (!cacheEffect && !miss) return undefined;
  const { savedUsd = 0, penaltyUsd = 0 } = cacheEffect ?? {};
  const { input = 0, cacheRead = 0 } = usage ?? {};
  const parts = [
    `${formatCount(cacheRead)} of ${formatCount(input)} tokens read`,
    savedUsd > 0 ? `saved ${formatUsd(savedUsd)}` : '',
    penaltyUsd > 0 ? `writing cost ${formatUsd(penaltyUsd)} on top` : '',
    miss ? `~${formatCount(miss.tokens)} paid in full again` : '',
    miss ? `lost ${formatUsd(miss.usd)}` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** What filled the context, in tokens: estimates by size that add up to the input. */
function contextText(
  { system, tools, history, results, newest }: NonNullable<CallExplanation['context']>,
  counts: CallExplanation['tools'],
  { glyphs }: CallPane,
): string {
  const offered = counts ? ` (${plural(counts.offered, 'tool')}, ${counts.used} used)` : '';
  const parts: [string, number, string?][] = [
    ['system', system],
    ['tools', tools, offered],
    ['history', history],
    ['tool results', results],
    ['new', newest],
  ];
  return parts
    .flatMap(([name, tokens, note = '']) => (tokens > 0 ? `${name} ~${formatCount(tokens)}${note}` : []))
    .join(` ${glyphs.separator} `);
}

/** Describes the cost so that its states stay distinct: unknown is not free, and free is not n/a. */
function costSentence(call: Call, { glyphs }: CallPane): string {
  const text = formatCallCost(call.cost, glyphs.none);
  const model = call.model ?? call.requestedModel;
  const state = call.cost?.state;
  switch (state) {
    case undefined:
      return 'not known yet: the call has not been answered';
    case 'priced':
      return `${text}, tokens × rates`;
    case 'reported':
      return `${text}, as the provider itself reported it`;
    case 'estimated':
      return `${text}, from estimated counts of tokens`;
    case 'free':
      if (call.replayed)
        return `replayed from a recording, where it cost ${formatCallCost(call.recordedCost, glyphs.none)}`;
      return 'free: the model runs locally or costs nothing';
    case 'n/a':
      return 'n/a: rules and no model answered';
    case 'unpriced':
      return `not known: no rate is known for ${model}. It can be set in ~/.pflow/pricing.json`;
    case 'unknown':
      return 'not known: the provider reported no tokens';
    default:
      return state satisfies never;
  }
}

function tokensText({ usage, usageOrigin }: Call): string {
  if (usageOrigin === 'estimated') return 'estimated';
  if (usage === null || usageOrigin === 'none') return 'not reported';
  const conventions = {
    inclusive: '',
    exclusive: ', cached ones counted apart by the provider',
    'proved-by-total': ', how cached ones were counted is proved by the total',
    assumed: ', how cached ones were counted is assumed',
  } as const;
  return `reported in the form of ${usage.source}${conventions[usage.convention]}`;
}

function rateText({ kind, rate }: Component): string {
  const units = unitsPerRate(kind);
  const usd = formatExactUsd(rate);
  return units === 1 ? usd : `${usd} per ${units === 1000 ? '1,000' : 'million'}`;
}
