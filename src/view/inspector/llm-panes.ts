/** The Prompt and Response panes. */

import { formatCount, formatDuration } from '../../lib/text/format.js';
import type { Captured } from '../../trace/event/captured.js';
import type { Call } from '../../profile/run/run-state.js';
import { type BlobStore } from '../../trace/blobs/blob-store.js';
import { fullValueIfShort } from '../../profile/store/full-values.js';
import type { CollapseState } from '../base/collapse.js';
import { segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { jsonItems } from '../content/json-tree.js';
import { factItems, headingItems, textItem, type PaneItem } from '../content/pane-item.js';
import { readableItems } from '../content/readable.js';
import { type CallSpan, speedText, askedName, isByRules } from '../spans/llm-calls.js';

/** Options of the panes about calls. */
export type CallPane = Readonly<{
  width: number;
  folds: CollapseState;
  glyphs: Glyphs;
  raw: boolean;
  values?: BlobStore | undefined;
}>;

/** The prompts, call by call: system prompt and messages. */
export function promptItems(calls: readonly CallSpan[], pane: CallPane): readonly PaneItem[] {
  return perCall(calls, (span, key) => {
    const { system, prompt } = span.call.request ?? {};
    return [
      ...(system === undefined
        ? []
        : [
            textItem(`${key}/system`, [segment(' system', 'dim')]),
            ...valueItems(`${key}/system`, system, pane),
            textItem(`${key}/user`, [segment(' prompt', 'dim')]),
          ]),
      ...(prompt === undefined
        ? [textItem(`${key}/none`, [segment(' The prompt was not recorded.', 'dim')])]
        : valueItems(`${key}/prompt`, prompt, pane)),
    ];
  });
}

/** The responses, call by call. */
export function responseItems(calls: readonly CallSpan[], pane: CallPane): readonly PaneItem[] {
  return perCall(calls, (span, key) => {
    const { finishReason, progressTokens, response } = span.call;
    const { text, object } = response ?? {};
    const answer = object ?? text;
    if (answer === undefined) {
      const waiting =
        progressTokens === undefined
          ? ' Waiting for the answer.'
          : ` Answering: ~${formatCount(progressTokens)} tokens so far.`;
      return [
        textItem(`${key}/none`, [
          segment(span.status === 'running' ? waiting : ' There was no answer.', 'dim'),
        ]),
      ];
    }
    const reason =
      finishReason === undefined
        ? []
        : factItems('finish', finishReason, pane.width).map((item) => ({
            ...item,
            key: `${key}/${item.key}`,
          }));
    return [...valueItems(`${key}/answer`, answer, pane), ...reason];
  });
}

/** The facts of a call: model, timing, tokens by kind. */
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
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : factItems(label, value, width)));
}

/** Renders each call with `draw`, under a heading of its own if there are several. */
export function perCall(
  calls: readonly CallSpan[],
  draw: (span: CallSpan, key: string) => readonly PaneItem[],
): readonly PaneItem[] {
  if (calls.length === 0) return [textItem('none', [segment(' No model was called here.', 'dim')])];
  return calls.flatMap((span, i) => {
    const key = `call${span.id}`;
    const heading =
      calls.length === 1
        ? []
        : headingItems(key, `call ${i + 1} of ${calls.length} · ${askedName(span.call)}`, i === 0);
    return [...heading, ...draw(span, key)];
  });
}

/** Renders text as text and anything else as a tree. */
export function valueItems(key: string, captured: Captured, pane: CallPane): readonly PaneItem[] {
  const value = fullValueIfShort(captured, pane.values);
  if (typeof value === 'string')
    return readableItems(key, value, pane.width, { indent: 3, raw: pane.raw }).map((item) => ({
      ...item,
      value,
    }));
  return jsonItems(undefined, value, {
    key,
    folds: pane.folds,
    width: pane.width,
    openDepth: 3,
    glyphs: pane.glyphs,
    raw: pane.raw,
    values: pane.values,
  });
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
