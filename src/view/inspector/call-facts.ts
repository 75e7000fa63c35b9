/** The facts of a call, line by line. */

import { formatCount, formatDuration } from '../../lib/text/format.js';
import { truncate } from '../../lib/text/text-width.js';
import { formatCaptured, type Captured } from '../../trace/event/captured.js';
import type { Call } from '../../profile/run/run-state.js';
import { factItems, type PaneItem } from '../content/pane-item.js';
import { type CallSpan, speedText, askedName, isByRules, isGuessed } from '../spans/llm-calls.js';

/** How calls that no client of pflow made became known. */
const observations: Readonly<Partial<Record<string, string>>> = {
  fetch: 'on its way over the network',
  tap: 'on its way over the network',
  gateway: 'by the gateway',
  telemetry: 'in telemetry',
  node: 'only in the usage that the node reports',
};

/** The facts of a call: model, timing, tokens by kind, how it was seen and its settings. */
export function callFacts(span: CallSpan, width: number, now: number): readonly PaneItem[] {
  const { call } = span;
  const { usage } = call;
  const facts: [string, string | undefined][] = [
    isByRules(call)
      ? ['answered by', 'offline rules']
      : [
          'model',
          call.model && call.model !== call.requestedModel
            ? `${askedName(call)}, answered by ${call.model}`
            : askedName(call),
        ],
    ['first token', call.firstTokenMs === undefined ? undefined : formatDuration(call.firstTokenMs)],
    ['speed', speedText(span, now)],
    [
      'input',
      usage?.input === undefined
        ? undefined
        : detailed(
            usage.input,
            [
              ['cached', usage.cacheRead],
              ['written to cache', usage.cacheWrite],
            ],
            call,
          ),
    ],
    [
      'output',
      usage?.output === undefined
        ? undefined
        : detailed(usage.output, [['reasoning', usage.reasoning]], call),
    ],
    [
      'usage',
      usage === null
        ? 'not reported'
        : `${call.usageOrigin}${call.usageOrigin === 'estimated' || usage.source === 'unknown' ? '' : `, ${usage.source}`}`,
    ],
    ['turns', turnsOf(call)],
    ['session', call.response?.ids?.session],
    ['usage note', call.response?.usageNote],
    ['seen', call.request?.seenBy && observations[call.request.seenBy]],
    ['attribution', isGuessed(call) ? 'guessed: another node may have made this call' : undefined],
    ['thinking', settingText(call.request?.thinking)],
    ['format', settingText(call.request?.responseFormat)],
    ['tool choice', settingText(call.request?.toolChoice)],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : factItems(label, value, width)));
}

/** How many turns an agent took, where its usage has the number. */
function turnsOf({ response }: Call): string | undefined {
  const turns = (response?.rawUsage as { num_turns?: unknown } | null | undefined)?.num_turns;
  return typeof turns === 'number' ? formatCount(turns) : undefined;
}

/** A setting of the request in one line. */
function settingText(value: Captured | undefined): string | undefined {
  return value === undefined ? undefined : truncate(formatCaptured(value), 200);
}

function detailed(
  count: number,
  parts: readonly (readonly [string, number | undefined])[],
  call: Call,
): string {
  const mark = call.usageOrigin === 'estimated' ? '~' : '';
  const named = parts.flatMap(([name, part]) => (part ? `${formatCount(part)} ${name}` : []));
  return `${mark}${formatCount(count)} tokens${named.length > 0 ? ` (${named.join(', ')})` : ''}`;
}
