/** Names of the sellers of models, and whose prices may stand in for whose. */

/** Those who make the models they sell: a bare name means their price. In the order in which they are asked. */
export const makers: readonly string[] = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'deepseek',
  'x-ai',
  'cohere',
  'moonshotai',
  'perplexity',
  'minimax',
  'zai',
  'voyageai',
];

/** Those who host others' models at prices of their own. */
export const hosts: readonly string[] = ['groq', 'cerebras', 'together', 'fireworks', 'aws', 'azure'];

/** Sells others' models under `maker/model`. */
export const reseller = 'openrouter';

/** Whose prices hold for a provider's models that have none of their own there. */
export const pricedLike: Readonly<Record<string, readonly string[]>> = {
  azure: ['openai', 'anthropic', 'deepseek', 'x-ai', 'moonshotai'],
  google: ['anthropic'],
};

/** A provider's id in the price table, from whatever a model name, an SDK or a person calls it; undefined when unknown. */
export function resolveSeller(name: string): string | undefined {
  const lower = name.toLowerCase();
  return spellings.get(lower) ?? spellings.get(lower.split('.', 1)[0] ?? '');
}

/** Whether a provider is a server of one's own, where tokens cost nothing. */
export function isLocalProvider(name: string): boolean {
  return localProviders.has(name.toLowerCase().split(/[./:]/, 1)[0] ?? '');
}

/** Prefixes of model names that say where a call goes through, not whose price holds. */
export const gateways: ReadonlySet<string> = new Set([
  'litellm',
  'litellm_proxy',
  'gateway',
  'vercel',
  'openai_like',
]);

const localProviders = new Set([
  'ollama',
  'ollama_chat',
  'lmstudio',
  'lm_studio',
  'lm-studio',
  'llamafile',
  'llamacpp',
  'llama.cpp',
  'llama-cpp',
  'vllm',
  'hosted_vllm',
  'offline',
]);

const spellings: ReadonlyMap<string, string> = new Map([
  ...[...makers, ...hosts, reseller].map((id) => [id, id] as const),
  ['gemini', 'google'],
  ['models', 'google'],
  ['vertex', 'google'],
  ['vertex_ai', 'google'],
  ['vertexai', 'google'],
  ['google-vertex', 'google'],
  ['google_genai', 'google'],
  ['google-generative-ai', 'google'],
  ['mistralai', 'mistral'],
  ['xai', 'x-ai'],
  ['grok', 'x-ai'],
  ['cohere_chat', 'cohere'],
  ['moonshot', 'moonshotai'],
  ['z-ai', 'zai'],
  ['voyage', 'voyageai'],
  ['bedrock', 'aws'],
  ['bedrock_converse', 'aws'],
  ['amazon-bedrock', 'aws'],
  ['amazon', 'aws'],
  ['azure_ai', 'azure'],
  ['azure-openai', 'azure'],
  ['togetherai', 'together'],
  ['together_ai', 'together'],
  ['together-ai', 'together'],
  ['fireworks_ai', 'fireworks'],
  ['fireworks-ai', 'fireworks'],
]);
