/** Selects calls of the ledger, and runs of a list, by workflow, node, model, provider, project, status and tags. */
import type { CallLine } from '../files/ledger-line.js';

/** Which calls to count; all conditions must hold. Names match any part, in upper or lower case. */
export type CallFilter = Readonly<{
  workflow?: string | undefined;
  node?: string | undefined;
  /** Part of `provider/model`. */
  model?: string | undefined;
  provider?: string | undefined;
  project?: string | undefined;
  failed?: boolean | undefined;
  /** Each is `name` or `name=value`. */
  tag?: readonly string[] | undefined;
}>;

const FIELDS = ['workflow', 'node', 'provider', 'project'] as const;

/** Creates the predicate of a filter. */
export function createCallFilter(filter: CallFilter): (call: CallLine) => boolean {
  const tests = FIELDS.flatMap((field) => {
    const wanted = filter[field];
    return wanted === undefined ? [] : [{ field, matches: createNameTest(wanted) }];
  });
  const matchesModel = filter.model === undefined ? undefined : createNameTest(filter.model);
  const matchesTags = createTagTest(filter.tag);
  return (call) =>
    (!filter.failed || call.status === 'failed') &&
    tests.every(({ field, matches }) => matches(call[field])) &&
    (!matchesModel || matchesModel(`${call.provider}/${call.model}`)) &&
    matchesTags(call.tags);
}

/** Creates the test whether a name contains a text in upper or lower case; there are few names, so results are cached. */
export function createNameTest(wanted: string): (name: string | undefined) => boolean {
  const text = wanted.toLowerCase();
  const known = new Map<string, boolean>();
  return (name) => {
    if (name === undefined) return false;
    let matches = known.get(name);
    if (matches === undefined) known.set(name, (matches = name.toLowerCase().includes(text)));
    return matches;
  };
}

/** Creates the test whether tags contain all of some, each given as `name` or `name=value`. */
export function createTagTest(
  wanted: readonly string[] = [],
): (tags: Readonly<Record<string, string>> | undefined) => boolean {
  const pairs = wanted.map((each): readonly [string, string | undefined] => {
    const at = each.indexOf('=');
    return at < 0 ? [each, undefined] : [each.slice(0, at), each.slice(at + 1)];
  });
  return (tags = {}) =>
    pairs.every(
      ([name, value]) => Object.hasOwn(tags, name) && (value === undefined || tags[name] === value),
    );
}
