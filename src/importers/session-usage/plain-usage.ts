/** Reads the usual usages in agents' logs directly, in a fortieth of the time that the normalizer takes for any usage. */
import { asFields, type Fields } from '../../usage/fields/fields.js';
import type { Usage } from '../../usage/record/usage.js';

// Each function returns what the normalizer does, but no total, and undefined where it does not know every field and every count.

const codexKeys: ReadonlySet<string> = new Set([
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_output_tokens',
  'total_tokens',
]);

/** The usage of Codex whose total proves that the counts are inclusive. */
export function readPlainCodex(counts: Fields): Usage | undefined {
  for (const key in counts) if (!codexKeys.has(key) || !isCount(counts[key])) return undefined;
  const {
    input_tokens: input = 0,
    output_tokens: output,
    cached_input_tokens: cacheRead,
    reasoning_output_tokens: reasoning,
    total_tokens: total,
  } = counts as Readonly<Record<string, number>>;
  if (output === undefined || total !== input + output || input === 0) return undefined;
  if ((cacheRead ?? 0) > input || (reasoning ?? 0) > output) return undefined;
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(reasoning === undefined ? {} : { reasoning }),
    source: 'codex',
    convention: 'proved-by-total',
    warnings: [],
  };
}

const piKeys = ['input', 'output', 'cacheRead', 'cacheWrite', 'totalTokens'] as const;
/** The cost is pi's own estimate. */
const piNames: ReadonlySet<string> = new Set([...piKeys, 'cost']);

/** The usage of pi whose total proves that the counts are exclusive. */
export function readPlainPi(counts: Fields): Usage | undefined {
  const known = readCounts(counts, piKeys, piNames);
  if (!known) return undefined;
  const [input, output, cacheRead, cacheWrite, total] = known as [number, number, number, number, number];
  if (input <= 0 || total !== input + output + cacheRead + cacheWrite) return undefined;
  return {
    input: input + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output,
    source: 'pi',
    convention: 'proved-by-total',
    warnings: [],
  };
}

const geminiKeys = ['input', 'output', 'cached', 'thoughts', 'tool', 'total'] as const;
const geminiNames: ReadonlySet<string> = new Set(geminiKeys);

/** The usage of Gemini CLI whose total proves that the thoughts are outside the output. */
export function readPlainGemini(counts: Fields): Usage | undefined {
  const known = readCounts(counts, geminiKeys, geminiNames);
  if (!known) return undefined;
  const [input, output, cacheRead, reasoning, tool, total] = known as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (input <= 0 || tool !== 0 || cacheRead > input || total !== input + output + reasoning) return undefined;
  return {
    input,
    cacheRead,
    output: output + reasoning,
    reasoning,
    source: 'gemini-cli',
    convention: 'proved-by-total',
    warnings: [],
  };
}

const opencodeKeys = ['input', 'output', 'reasoning'] as const;
const opencodeNames: ReadonlySet<string> = new Set([...opencodeKeys, 'cache']);
const cacheKeys = ['read', 'write'] as const;
const cacheNames: ReadonlySet<string> = new Set(cacheKeys);

/** The usage of opencode without a total: its counts are exclusive. */
export function readPlainOpencode(counts: Fields): Usage | undefined {
  const cache = asFields(counts['cache']);
  const known = readCounts(counts, opencodeKeys, opencodeNames);
  const cached = cache && readCounts(cache, cacheKeys, cacheNames);
  if (!known || !cached) return undefined;
  const [input, output, reasoning] = known as [number, number, number];
  const [cacheRead, cacheWrite] = cached as [number, number];
  if (input <= 0) return undefined;
  return {
    input: input + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output: output + reasoning,
    reasoning,
    source: 'opencode',
    convention: 'exclusive',
    warnings: [],
  };
}

/** The counts of these keys; undefined if one is no whole number, or the record has a field of another name. */
function readCounts(
  fields: Fields,
  keys: readonly string[],
  names: ReadonlySet<string>,
): readonly number[] | undefined {
  for (const name in fields) if (!names.has(name)) return undefined;
  const counts = keys.map((key) => fields[key]);
  return counts.every(isCount) ? (counts as number[]) : undefined;
}

function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) >= 0;
}
