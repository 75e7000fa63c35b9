/** The fields in which responses, SDK results, agents' events and wrappers hold a usage, in the order in which they are searched. */
import { memoized } from '../fields/memoized.js';
import { splitWords } from '../fields/words.js';

/** How a field holds usage: as itself, inside an object, in each element of a list, by model, or by step of a run. */
export type HolderKind = 'steps' | 'models' | 'usage' | 'wrapper' | 'list';

export type HolderField = Readonly<{ kind: HolderKind; rank: number }>;

// The words of each name, whatever its spelling. What covers more comes first, so that a total over all steps is not shadowed
// by that of the last.
const names: Readonly<Record<HolderKind, string>> = {
  steps: 'steps',
  models:
    'model usage, models, usage by model, by model, per model, model metrics, usage excluding cached inference',
  usage:
    'total usage, total token usage, usage, usage metadata, usage details, llm usage, token usage, usage info, usage metrics, models usage, mlflow chat token usage, mlflow trace token usage, amazon bedrock invocation metrics, tokens, metrics, stats, statistics, last token usage',
  wrapper:
    'x groq, response, message, result, data, body, payload, params, info, event, update, output, outputs, extra, metadata, meta, delta, state, context, context wrapper, run context, response metadata, llm output, generation info, kwargs, lc kwargs, additional kwargs, attributes, embeddings, trace, orchestration trace, model invocation output, gcp vertex agent llm response, raw, raw response, raw result, total, last',
  list: 'choices, raw responses, results, predictions, generations, replies, usages',
};

const byWords: ReadonlyMap<string, HolderField> = new Map(
  (Object.entries(names) as [HolderKind, string][])
    .flatMap(([kind, list]) => list.split(', ').map((name) => ({ kind, name })))
    .map(({ kind, name }, rank): [string, HolderField] => [name, { kind, rank }]),
);

const byName = new Map<string, HolderField | null>();

/** How a field with this name, in any spelling, holds usage; null where it holds none. */
export function lookUpHolder(name: string): HolderField | null {
  return memoized(byName, name, () => byWords.get(splitWords(name).join(' ')) ?? null);
}

/** One spelling of the name of every such field. */
export const holderNames: readonly string[] = Array.from(byWords.keys(), (words) =>
  words.replaceAll(' ', '_'),
);
