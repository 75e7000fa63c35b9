/** Describes a request that was not recorded: the nearest recorded one, and where they differ. */

import type { RecordedCall, RecordedRequest } from './call-file.js';

/** How many differences are listed. */
const MAX_DIFFERENCES = 8;

/** `short` fits into the error of a client, `full` lists the differences on lines of their own. */
export function describeMiss(
  request: RecordedRequest | undefined,
  calls: readonly RecordedCall[],
  file: string,
): { short: string; full: string } {
  const what = request ? nameRequest(request) : 'A request';
  const nearest = request && findNearest(request, calls);
  if (!nearest) {
    const text = `${what} is not recorded in ${file}, which has no call to compare it with.`;
    return { short: text, full: text };
  }
  const { call, differences } = nearest;
  const [first] = differences;
  const short = `${what} is not recorded in ${file}. The nearest is call ${call}; ${first?.path ?? 'the order'} differs.`;
  const listed = differences.slice(0, MAX_DIFFERENCES).flatMap(({ path, before, after }) => {
    const [recorded, requested] = excerpt(before, after);
    return [`  ${path}`, `    recorded:  ${recorded}`, `    requested: ${requested}`];
  });
  const more = differences.length - MAX_DIFFERENCES;
  return {
    short,
    full: [
      `${what} is not recorded in ${file}. The nearest is call ${call}, which differs in:`,
      ...listed,
      ...(more > 0 ? [`  and ${more} more`] : []),
      'Record it again with --record if the workflow has changed.',
    ].join('\n'),
  };
}

function nameRequest({ method, path, model }: RecordedRequest): string {
  return `A request${model === undefined ? '' : ` to ${model}`} (${method} ${path})`;
}

type Difference = Readonly<{ path: string; before: string | undefined; after: string | undefined }>;

function findNearest(
  request: RecordedRequest,
  calls: readonly RecordedCall[],
): { call: number; differences: readonly Difference[] } | undefined {
  const after = flatten(request);
  let nearest: { call: number; distance: number; before: ReadonlyMap<string, string> } | undefined;
  for (const { call, request: recorded } of calls) {
    const before = flatten(recorded);
    const distance = measureDistance(before, after);
    if (!nearest || distance < nearest.distance) nearest = { call, distance, before };
  }
  return nearest && { call: nearest.call, differences: compare(nearest.before, after) };
}

/** The scalars of a request by path: `body.messages[0].content`. */
function flatten(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const below = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      flatten(each, below, found);
    }
  } else if (value !== undefined) found.set(path, JSON.stringify(value));
  return found;
}

function measureDistance(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  let distance = 0;
  for (const { before: a = '', after: b = '' } of compare(before, after)) {
    const [start, end] = commonEnds(a, b);
    distance += 1 - (start + end) / Math.max(a.length, b.length, 1);
  }
  return distance;
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Difference[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].flatMap((path) => {
    const [a, b] = [before.get(path), after.get(path)];
    return a === b ? [] : [{ path: path.replace(/^body\./, ''), before: a, after: b }];
  });
}

/** The lengths of the common beginning and of the common end. */
function commonEnds(a: string, b: string): [number, number] {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [start, end];
}

/** How much is shown before and from the first difference, in characters. */
const CONTEXT = 30;
const SHOWN = 80;

/** Two values around the place where they differ. */
function excerpt(a: string | undefined, b: string | undefined): [string, string] {
  const [start] = commonEnds(a ?? '', b ?? '');
  const from = Math.max(0, start - CONTEXT);
  const cut = (text: string | undefined): string => {
    if (text === undefined) return '(absent)';
    const shown = text.slice(from, start + SHOWN);
    return `${from > 0 ? '…' : ''}${shown}${start + SHOWN < text.length ? '…' : ''}`;
  };
  return [cut(a), cut(b)];
}
