/** Puts the explanation of a failure into labelled lines, and into JSON. */
import { formatCaptured, type Captured } from '../../trace/event/captured.js';
import { fullValueDeep, type BlobStore } from '../../trace/blobs/blob-store.js';
import { truncate } from '../../lib/text/text-width.js';
import { findNodePath } from '../run/span-tree.js';
import type { RunState } from '../run/run-state.js';
import type { FailureExplanation, ParamSource } from './explain-failure.js';
import type { RunChange } from './run-changes.js';

/** One fact: untrusted text that may have several lines. With the pointer of a store key if it is about one. */
export type FailureFact = Readonly<{ label: string; text: string; pointer?: string }>;

/** Values are shown up to this many characters, and changed ones around their first difference. */
const LONGEST_VALUE = 400;
const LONGEST_CHANGE = 80;
const CONTEXT = 24;
const MOST_PARAMS = 4;
const MOST_CHANGES = 8;

/** The facts in the order in which a cause is looked for: parameters with their sources, what was printed, what changed. */
export function describeFailure(explanation: FailureExplanation): FailureFact[] {
  const { params, stderr, changes } = explanation;
  const shown = params.slice(0, MOST_PARAMS);
  return [
    ...shown.flatMap(({ name, template, value, sources }): FailureFact[] => [
      { label: 'parameter', text: `${name} = ${excerpt(template)}` },
      { label: 'value', text: value === undefined ? 'could not be made' : excerpt(value) },
      ...sources.flatMap(describeSource),
    ]),
    ...(params.length > shown.length
      ? [{ label: '', text: `${params.length - shown.length} more parameters are made from other values` }]
      : []),
    ...(stderr.length > 0 ? [{ label: 'stderr', text: stderr.join('\n') }] : []),
    ...(changes === undefined ? [] : describeChanges(changes)),
  ];
}

function describeSource({ pointer, writer, stderr }: ParamSource): FailureFact[] {
  const status = writer && writer.status !== 'ok' ? ` (${writer.status})` : '';
  const text = writer
    ? `${writer.name}${status}, at ${pointer}`
    : `${pointer}: nothing wrote it, or it is an input`;
  return [
    { label: 'written by', text, pointer },
    ...(stderr.length > 0 ? [{ label: '  stderr', text: stderr.join('\n') }] : []),
  ];
}

function describeChanges(changes: readonly RunChange[]): FailureFact[] {
  if (changes.length === 0)
    return [
      {
        label: 'changed',
        text: 'nothing that the node was given: inputs, parameters, prompt and model are the same',
      },
    ];
  return [
    ...changes.slice(0, MOST_CHANGES).map((change, i) => ({
      label: i === 0 ? 'changed' : '',
      text: describeChange(change),
    })),
    ...(changes.length > MOST_CHANGES
      ? [{ label: '', text: `${changes.length - MOST_CHANGES} more changes` }]
      : []),
  ];
}

/** `input path: "a.md" → "b.md"`; of long texts the surroundings of the first difference. */
function describeChange({ what, name, before, after }: RunChange): string {
  const title = name === what || what === 'prompt' ? name : `${what} ${name}`;
  if (before === undefined) return `${title}: new, ${shorten(quote(after!), 0)}`;
  if (after === undefined) return `${title}: no longer there, was ${shorten(quote(before), 0)}`;
  const isName = what === 'model';
  const [old, now] = [before, after].map((value) => (isName ? formatCaptured(value) : quote(value))) as [
    string,
    string,
  ];
  let shared = 0;
  while (shared < old.length && old[shared] === now[shared]) shared++;
  return `${title}: ${shorten(old, shared)} → ${shorten(now, shared)}`;
}

function quote(value: Captured): string {
  return typeof value === 'string' ? JSON.stringify(value) : formatCaptured(value);
}

function shorten(text: string, at: number): string {
  if (text.length <= LONGEST_CHANGE) return text;
  const from = Math.max(0, Math.min(at - CONTEXT, text.length - LONGEST_CHANGE));
  const part = text.slice(from, from + LONGEST_CHANGE);
  return `${from > 0 ? '…' : ''}${part}${from + LONGEST_CHANGE < text.length ? '…' : ''}`;
}

function excerpt(value: Captured): string {
  return truncate(formatCaptured(value), LONGEST_VALUE);
}

/** The explanation as JSON: the cause of a failure for programs. `compared` is the id of the run that succeeded. */
export function toFailureJson(
  run: RunState,
  { path, message, params, stderr, changes }: FailureExplanation,
  compared: string | undefined,
): Readonly<Record<string, unknown>> {
  const full = (value: Captured | undefined) => (value === undefined ? null : fullValue(value, run.values));
  return {
    node: path,
    message,
    parameters: params.map(({ name, template, value, sources }) => ({
      name,
      template,
      value: full(value),
      sources: sources.map(({ pointer, writer, stderr: printed }) => ({
        pointer,
        node: writer ? findNodePath(run, writer.id).join('/') || writer.name : null,
        stderr: printed,
      })),
    })),
    stderr,
    changes:
      changes?.map(({ what, name, before, after }) => ({
        what,
        name,
        before: before ?? null,
        after: after ?? null,
      })) ?? null,
    compared_with: compared ?? null,
  };
}

function fullValue(value: Captured, values: BlobStore): unknown {
  return fullValueDeep(value, values);
}
