/** Compares a request to a model with the previous request of the same node. */
import type { Captured } from '../../trace/event/captured.js';
import { isMarked } from '../../trace/event/captured.js';
import { fullValueIfShort } from '../store/full-values.js';
import type { Call, RunState, Span } from '../run/run-state.js';
import { findNodePath } from '../run/span-tree.js';
import { diffWords, type TextPart } from './diff-words.js';

/** A changed place: what was removed and added, between unchanged context. */
export type RequestChange = Readonly<{
  /** Bytes of the request before it: of the system prompt and the messages, without roles and tools. */
  byte: number;
  /** The role and the number from 1 of the part that it is in. */
  role: string;
  part: number;
  parts: readonly TextPart[];
}>;

/** The differences from the previous request of the node. `isSame` if neither text nor tools differ. */
export type RequestDiff = Readonly<{
  previous: Span;
  isSame: boolean;
  /** The size of the request in bytes. */
  bytes: number;
  /** The first byte that differs: what comes before it can be read from a provider's cache. */
  firstByte: number;
  /** Whether the tools differ, which providers cache before the rest. */
  toolsChanged: boolean;
  changes: readonly RequestChange[];
}>;

/** Characters of context around a change; changes with less between them are one. */
const CONTEXT = 32;

const known = new WeakMap<object, RequestDiff | undefined>();

/** The differences; undefined for the first request of its node, and for one without a recorded prompt. */
export function diffRequest(run: RunState, span: Span): RequestDiff | undefined {
  const request = span.call?.request;
  if (request?.prompt === undefined) return undefined;
  if (known.has(request)) return known.get(request);
  const previous = findPrevious(run, span);
  const diff = previous && compare(run, request, previous);
  known.set(request, diff);
  return diff;
}

type Request = NonNullable<Call['request']>;

/** The last request that the same node sent before: of an earlier attempt, visit, item or call. */
function findPrevious(run: RunState, span: Span): Span | undefined {
  const path = findNodePath(run, span.id).join('/');
  let previous: Span | undefined;
  for (const each of run.spans.values()) {
    if (each.startedSeq >= span.startedSeq) break;
    if (each.call?.request?.prompt === undefined || each.call.sameAs !== undefined) continue;
    if (findNodePath(run, each.id).join('/') === path) previous = each;
  }
  return previous;
}

function compare(run: RunState, request: Request, previous: Span): RequestDiff {
  const other = previous.call!.request!;
  const [sections, others] = [listSections(request, run), listSections(other, run)];
  const [text, before] = [sections, others].map(joinSections);
  const shared = commonPrefix(before!, text!);
  const hashes = ({ parts }: Request) => parts?.map(({ role, sha256 }) => `${role} ${sha256}`).join('\n');
  const tools = ({ parts }: Request) => parts?.find(({ role }) => role === 'tools')?.sha256;
  return {
    previous,
    isSame: text === before && hashes(request) === hashes(other),
    bytes: countBytes(sections, text!.length),
    firstByte: countBytes(sections, shared),
    toolsChanged: tools(request) !== tools(other),
    changes: text === before ? [] : groupChanges(diffWords(before!, text!), shared, sections),
  };
}

type Section = Readonly<{ role: string; text: string }>;

function listSections({ system, prompt }: Request, { values }: RunState): Section[] {
  const textOf = (value: Captured) => readText(fullValueIfShort(value, values));
  const sections: Section[] = system === undefined ? [] : [{ role: 'system', text: textOf(system) }];
  if (!Array.isArray(prompt))
    return prompt === undefined ? sections : [...sections, { role: 'user', text: textOf(prompt) }];
  for (const message of prompt as readonly Captured[]) {
    const { role, content } = (message ?? {}) as { role?: Captured; content?: Captured };
    sections.push({
      role: typeof role === 'string' ? role : 'user',
      text: textOf(content === undefined ? message : content),
    });
  }
  return sections;
}

/** The text of a message; of a truncated one the parts that were kept. */
function readText(value: Captured): string {
  if (typeof value === 'string') return value;
  if (isMarked(value) && value.$ === 'cut-text') return `${value.head} … ${value.tail}`;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return (value as readonly Captured[])
    .map((part) => {
      const { text } = (part ?? {}) as { text?: Captured };
      return text === undefined ? JSON.stringify(part) : readText(text);
    })
    .join('\n');
}

function commonPrefix(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  // Not between the two halves of a character.
  return at > 0 && /[\uD800-\uDBFF]/.test(b[at - 1]!) ? at - 1 : at;
}

function groupChanges(
  parts: readonly TextPart[],
  first: number,
  sections: readonly Section[],
): RequestChange[] {
  const changes: RequestChange[] = [];
  let at = 0;
  let open: { from: number; parts: TextPart[] } | undefined;
  const close = () => {
    if (!open) return;
    const from = changes.length === 0 ? first : open.from;
    changes.push({
      byte: countBytes(sections, from),
      ...placeOf(sections, from),
      parts: open.parts,
    });
    open = undefined;
  };
  for (const [i, part] of parts.entries()) {
    if (part.kind !== 'same') {
      open ??= { from: at, parts: contextBefore(parts[i - 1]) };
      open.parts.push(part);
    } else if (open) {
      if (part.text.length <= 2 * CONTEXT && i < parts.length - 1) open.parts.push(part);
      else {
        open.parts.push({ kind: 'same', text: part.text.slice(0, CONTEXT) });
        close();
      }
    }
    if (part.kind !== 'removed') at += part.text.length;
  }
  close();
  return changes;
}

function contextBefore(part: TextPart | undefined): TextPart[] {
  return part?.kind === 'same' ? [{ kind: 'same', text: part.text.slice(-CONTEXT) }] : [];
}

/** Each part begins on a line of its own. */
function joinSections(sections: readonly Section[]): string {
  return sections.map(({ text }) => text).join('\n');
}

/** The bytes of the parts before a position in the joined text. */
function countBytes(sections: readonly Section[], at: number): number {
  let [bytes, left] = [0, at];
  for (const { text } of sections) {
    if (left <= 0) break;
    bytes += Buffer.byteLength(text.slice(0, left));
    left -= text.length + 1;
  }
  return bytes;
}

function placeOf(sections: readonly Section[], at: number): { role: string; part: number } {
  let end = 0;
  const index = sections.findIndex(({ text }) => at < (end += text.length + 1));
  const part = index === -1 ? sections.length : index + 1;
  return { role: sections[part - 1]?.role ?? 'user', part };
}
