/** The fields in which responses, SDK results, agents' events and wrappers hold a usage, in the order in which they are searched. */

// What covers more comes first, so that a total over all steps is not shadowed by the last step's.
const usageFields = [
  'totalUsage',
  'total_usage',
  'total_token_usage',
  'totalTokenUsage',
  'usage',
  'usageMetadata',
  'usage_metadata',
  'usageDetails',
  'usage_details',
  'llm_usage',
  'tokenUsage',
  'token_usage',
  'usage_info',
  'usageInfo',
  'mlflow.chat.tokenUsage',
  'mlflow.trace.tokenUsage',
  'amazon-bedrock-invocationMetrics',
  'tokens',
  'metrics',
  'stats',
  'statistics',
  'last_token_usage',
  'lastTokenUsage',
];

const wrapperFields = [
  'x_groq',
  'response',
  'message',
  'result',
  'data',
  'body',
  'payload',
  'params',
  'info',
  'event',
  'update',
  'output',
  'outputs',
  'extra',
  'metadata',
  'meta',
  '_meta',
  'delta',
  'state',
  '_context',
  'context',
  'context_wrapper',
  'runContext',
  'response_metadata',
  'responseMetadata',
  'llm_output',
  'llmOutput',
  'generation_info',
  'generationInfo',
  'kwargs',
  'lc_kwargs',
  'additional_kwargs',
  'attributes',
  'embeddings',
  'raw',
  'rawResponse',
  'raw_response',
  'total',
  'last',
];

const listFields = ['rawResponses', 'raw_responses', 'results', 'predictions', 'generations'];

const mapFields = [
  'modelUsage',
  'model_usage',
  'models',
  'usage_by_model',
  'usageByModel',
  'by_model',
  'byModel',
  'per_model',
  'perModel',
];

/** How a field holds a usage: as the usage itself, inside an object, in each element of a list, or by the name of a model. */
export type HolderKind = 'models' | 'usage' | 'wrapper' | 'list';

const kinds: readonly (readonly [HolderKind, readonly string[]])[] = [
  ['models', mapFields],
  ['usage', usageFields],
  ['wrapper', wrapperFields],
  ['list', listFields],
];

/** Every field that holds usage, in order, with its kind. */
export const holderFields: ReadonlyMap<string, Readonly<{ kind: HolderKind; rank: number }>> = new Map(
  kinds
    .flatMap(([kind, names]) => names.map((name) => ({ kind, name })))
    .map(({ kind, name }, rank) => [name, { kind, rank }]),
);
