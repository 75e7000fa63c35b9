/** Matches requests to saved workflows by rules. */

import type { DiscoveredParam } from '../plan/answers.js';
import { planByRules } from './rule-plan.js';
import type { PipedInput } from './to-workflow.js';
import type { Clause, Source } from './language/parsed-steps.js';
import { tokenize, type Token } from './language/command-tokens.js';
import { openings } from './verbs.js';

/** The properties of a saved workflow used for matching. */
export type SavedOutline = Readonly<{
  name: string;
  description: string;
  keywords: readonly string[];
  inputs: readonly string[];
  node_types: readonly string[];
}>;

/** Values by input name. */
export type InputValues = Readonly<Record<string, string>>;

/** The saved workflow that a request names: "run summarize-file on README.md", "summarize-file file_path=README.md". */
export function matchByName(
  request: string,
  names: readonly string[],
): { name: string; settings: InputValues; loose: readonly string[] } | undefined {
  const tokens = tokenize(request).filter(({ kind }) => kind !== 'mark');
  // "summarize README.md" is a clause even if a workflow is named 'summarize'.
  if (isOneOf(tokens[0], ['run', 'use', 'execute'])) tokens.shift();
  else if (isOneOf(tokens[0], openings)) return undefined;
  if (isOneOf(tokens[0], ['the'])) tokens.shift();
  if (isOneOf(tokens[0], ['workflow'])) tokens.shift();
  const [first, ...rest] = tokens;
  const name =
    first?.kind === 'word' || first?.kind === 'quoted'
      ? names.find((each) => each === first.text)
      : undefined;
  if (name === undefined) return undefined;
  if (isOneOf(rest[0], ['workflow'])) rest.shift();
  if (isOneOf(rest[0], ['on', 'with', 'for', 'using'])) rest.shift();
  const settings = rest
    .filter(({ kind }) => kind === 'setting')
    .map(({ key, text }) => [key!, text] as const);
  const loose = rest
    .filter((token) => token.kind !== 'setting' && !isOneOf(token, ['and']))
    .map(({ text }) => text);
  return { name, settings: Object.fromEntries(settings), loose };
}

/** The saved workflow equivalent to a single-clause request, ignoring its values. */
export function matchByMeaning(
  request: string,
  saved: readonly SavedOutline[],
  piped: PipedInput = {},
): SavedOutline | undefined {
  const plan = planByRules(request, piped);
  const words = meaningOf(plan.clauses);
  if (!words) return undefined;
  const types = plan.workflow.nodes.map(({ type }) => type).join(' ');
  return saved.find(({ name, description, keywords, inputs, node_types }) => {
    const known = new Set(
      [...name.split('-'), ...keywords, ...wordsOf(description)].map((word) => word.toLowerCase()),
    );
    const means = words.every((synonyms) => synonyms.some((word) => known.has(word)));
    return means && node_types.join(' ') === types && valuesFor(plan.params, inputs).unplaced.length === 0;
  });
}

/** The words of a description, also with a plural or verbal s removed (`counts` → `count`). */
function wordsOf(description: string): string[] {
  const words = description.match(/\p{L}+/gu) ?? [];
  return words.flatMap((word) => [word, word.replace(/s$/, '')]);
}

/** Assigns the values of a request to inputs; `unplaced` are those without a matching input. */
export function valuesFor(
  params: readonly DiscoveredParam[],
  inputs: readonly string[],
): { values: InputValues; unplaced: readonly string[] } {
  const placed = params.map(({ name, value }) => {
    const input = (inputNames[name] ?? [name]).find((each) => inputs.includes(each));
    return { name, input, value };
  });
  return {
    values: Object.fromEntries(
      placed.flatMap(({ input, value }) => (input === undefined ? [] : [[input, value]])),
    ),
    unplaced: placed.filter(({ input }) => input === undefined).map(({ name }) => name),
  };
}

/** Synonyms of the input names that the rules use. */
const inputNames: Readonly<Record<string, readonly string[]>> = {
  file_path: ['file_path', 'path', 'file', 'input_file', 'input_path', 'source_path'],
  url: ['url', 'link', 'address', 'page_url'],
  files: ['files', 'file_paths', 'paths', 'documents'],
  directory: ['directory', 'folder', 'dir'],
  pattern: ['pattern', 'glob'],
  sentences: ['sentences', 'sentence_count', 'num_sentences'],
};

const sourceWords: Readonly<Record<Source['kind'], readonly string[]>> = {
  file: ['file', 'document', 'text'],
  url: ['url', 'page', 'web', 'website'],
  files: ['folder', 'directory'],
  list: ['files', 'documents'],
  stdin: ['stdin', 'input'],
  back: [],
  literal: [],
  command: ['command'],
  commits: ['commits'],
  lines: ['lines'],
};

/** The words that identify a workflow for a clause: verb, object and source kind. */
function meaningOf(clauses: readonly Clause[]): (readonly string[])[] | undefined {
  const [only, ...others] = clauses;
  const [step, ...further] = only?.steps ?? [];
  if (!step || others.length > 0 || further.length > 0) return undefined;
  if (!('source' in step) || 'path' in step || sourceWords[step.source.kind].length === 0) return undefined;
  return [[step.verb], ...('what' in step ? [[step.what]] : []), sourceWords[step.source.kind]];
}

function isOneOf(token: Token | undefined, words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}
