/** The Prompt and Response panes. */

import { formatBytes, formatCount } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import type { Captured } from '../../trace/event/captured.js';
import { type BlobStore } from '../../trace/blobs/blob-store.js';
import { fullValueIfShort } from '../../profile/store/full-values.js';
import type { CollapseState } from '../base/collapse.js';
import { segment } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { jsonItems } from '../content/json-tree.js';
import { factItems, headingItems, textItem, type PaneItem } from '../content/pane-item.js';
import { readableItems } from '../content/readable.js';
import { type CallSpan, askedName } from '../spans/llm-calls.js';

/** Options of the panes about calls. */
export type CallPane = Readonly<{
  width: number;
  folds: CollapseState;
  glyphs: Glyphs;
  raw: boolean;
  values?: BlobStore | undefined;
}>;

/** The prompts, call by call: `lead`, the tools, the system prompt and the messages. */
export function promptItems(
  calls: readonly CallSpan[],
  pane: CallPane,
  lead: (span: CallSpan, key: string) => readonly PaneItem[],
): readonly PaneItem[] {
  return perCall(calls, (span, key) => {
    const { system, prompt, tools = [] } = span.call.request ?? {};
    return [
      ...lead(span, key),
      ...toolItems(tools, key, pane),
      ...(system === undefined ? [] : partItems(`${key}/system`, 'system', system, pane)),
      ...(prompt === undefined
        ? [textItem(`${key}/none`, [segment(' The prompt was not recorded.', 'dim')])]
        : system === undefined
          ? valueItems(`${key}/prompt`, prompt, pane)
          : partItems(`${key}/prompt`, 'prompt', prompt, pane)),
    ];
  });
}

/** The tools that were offered, by name and size. */
function toolItems(
  tools: readonly Readonly<{ name: string; bytes: number }>[],
  key: string,
  { width }: CallPane,
): readonly PaneItem[] {
  if (tools.length === 0) return [];
  const text = tools.map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`).join(', ');
  return factItems('tools offered', text, width).map((item) => ({ ...item, key: `${key}/${item.key}` }));
}

/** The responses, call by call: reasoning, answer, tool calls and why it ended. */
export function responseItems(calls: readonly CallSpan[], pane: CallPane): readonly PaneItem[] {
  return perCall(calls, (span, key) => {
    const { finishReason, progressTokens, response } = span.call;
    const { text, object, reasoning, toolCalls = [] } = response ?? {};
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
    const isEmpty = answer === '' && (toolCalls.length > 0 || reasoning !== undefined);
    const hasParts = toolCalls.length > 0 || reasoning !== undefined;
    const reason =
      finishReason === undefined
        ? []
        : factItems('finish', finishReason, pane.width).map((item) => ({
            ...item,
            key: `${key}/${item.key}`,
          }));
    return [
      ...(reasoning === undefined ? [] : partItems(`${key}/reasoning`, 'reasoning', reasoning, pane)),
      ...(isEmpty
        ? []
        : hasParts
          ? partItems(`${key}/answer`, 'answer', answer, pane)
          : valueItems(`${key}/answer`, answer, pane)),
      ...toolCalls.flatMap(({ name, arguments: given }, i) =>
        partItems(`${key}/tool${i}`, `calls ${name}`, given, pane),
      ),
      ...reason,
    ];
  });
}

/** A value under a dim title. */
function partItems(key: string, title: string, value: Captured, pane: CallPane): readonly PaneItem[] {
  const items = valueItems(key, value, pane);
  return withValue([textItem(`${key}/title`, [segment(` ${safeText(title)}`, 'dim')])], items).concat(items);
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
    const drawn = draw(span, key);
    return withValue(heading, drawn).concat(drawn);
  });
}

/** Gives headings the first value below them, so that copying at a heading takes what it is the heading of. */
function withValue(headings: readonly PaneItem[], items: readonly PaneItem[]): PaneItem[] {
  const value = items.find((item) => item.value !== undefined)?.value;
  return headings.map((item) => (value === undefined ? item : { ...item, value }));
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
