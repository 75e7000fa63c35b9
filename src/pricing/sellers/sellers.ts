/** Who sells models: the sellers in the price table, how else their names are written, and which seller's price may be borrowed. */
import { findHostSeller, isLoopback } from '../../lib/model-hosts.js';

/** Sellers of models that they make: a bare model name means their price. In lookup order. */
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
  'zhipuai',
  'voyageai',
];

/** Sellers of models that others make, at prices of their own. */
export const hosts: readonly string[] = [
  'groq',
  'cerebras',
  'together',
  'fireworks',
  'aws',
  'azure',
  'arcee',
  'avian',
  'baseten',
  'cloudflare',
  'cursor',
  'doubleword',
  'github-copilot',
  'huggingface_cerebras',
  'huggingface_fireworks-ai',
  'huggingface_groq',
  'huggingface_hyperbolic',
  'huggingface_nebius',
  'huggingface_novita',
  'huggingface_nscale',
  'huggingface_ovhcloud',
  'huggingface_publicai',
  'huggingface_sambanova',
  'huggingface_together',
  'modal',
  'novita',
  'ovhcloud',
  'quicksilverpro',
  'typesafe',
];

/** Routes calls to models under `maker/model`; its price of an open-weight model is that of one of several upstreams. */
export const router = 'openrouter';

/**
 * The makers whose closed models a host sells at the maker's own price. Sources: azure.microsoft.com/pricing (Azure OpenAI,
 * global deployments; Claude in Foundry), cloud.google.com/vertex-ai/generative-ai/pricing (Claude, global endpoint).
 */
export const samePrice: Readonly<Record<string, readonly string[]>> = {
  azure: ['openai', 'anthropic'],
  google: ['anthropic'],
};

/** Who sold a call, as far as the caller could say. */
export type Seller =
  /** Its prices are in the table. */
  | Readonly<{ kind: 'listed'; id: string }>
  /** Passes calls on at the vendors' own prices, as far as these are known. */
  | Readonly<{ kind: 'gateway'; name: string }>
  /** A host or a client that does not show whose models answer there. */
  | Readonly<{ kind: 'unknown-host'; name: string }>
  /** A provider of that name, without prices in the table. */
  | Readonly<{ kind: 'unlisted'; name: string }>
  | Readonly<{ kind: 'unnamed' }>;

/**
 * The seller that a provider's name, an SDK's provider id (`openai.responses`), a host or a URL denotes. `own` are the
 * user's entries of `hosts` in pricing.json.
 */
export function resolveSeller(
  name: string | undefined,
  own: ReadonlyMap<string, string> = new Map(),
): Seller {
  const given = name?.trim().toLowerCase() ?? '';
  if (given === '' || passThrough.has(given) || given === 'unknown') return { kind: 'unnamed' };
  const { host = given, hostname = given } = hostOf(given) ?? {};
  const mine = own.get(given) ?? own.get(host) ?? own.get(hostname) ?? own.get(withoutApi(given));
  if (mine !== undefined) return { kind: 'listed', id: mine };
  const listed = findSeller(given);
  if (listed !== undefined) return { kind: 'listed', id: listed };
  const plain = withoutApi(given);
  if (gateways.has(plain)) return { kind: 'gateway', name: plain };
  if (anonymous.has(plain)) return { kind: 'unknown-host', name: plain };
  const address = hostOf(plain);
  if (!address) return { kind: 'unlisted', name: plain };
  const seller = findHostSeller(address.hostname, address.pathname);
  return seller === undefined ? { kind: 'unknown-host', name: address.host } : resolveSeller(seller, own);
}

/** The id in the price table of a seller, from any spelling of its name; undefined when it is not in the table. */
export function findSeller(name: string): string | undefined {
  const plain = withoutApi(name.toLowerCase());
  return spellings.get(plain) ?? (plain.startsWith('vertex_ai-') ? 'google' : undefined);
}

/** Whether the name of a provider is that of software which runs models on the user's own machine, where tokens cost nothing. */
export function isLocalProvider(name: string): boolean {
  return localProviders.has(name.toLowerCase().split(/[./:]/, 1)[0] ?? '');
}

/** Whether a name before a model's means a gateway that passes calls on at the vendors' own prices. */
export function isGateway(name: string): boolean {
  return gateways.has(name);
}

/** Whether a name before a model's is that of a proxy or client, which does not identify the seller. */
export function isPassThrough(name: string): boolean {
  return passThrough.has(name);
}

/** Whether the weights of a model of the table (`maker/model`) are not public, so that its maker's price is the list price everywhere. */
export function isClosed(key: string): boolean {
  return closed.test(key) && !openExceptions.test(key);
}

const closed = /^(?:openai|anthropic)\/|^google\/gemini-|^x-ai\/grok-/;
const openExceptions = /^openai\/(?:gpt-oss|whisper)|^x-ai\/grok-[12]\b/;

// `openai.responses`, `google.vertex.chat`: an SDK's provider id ends in the APIs that it calls. No label of a host is one of these.
function withoutApi(name: string): string {
  const [first = '', ...rest] = name.split('.');
  return rest.length > 0 && rest.every((label) => apis.has(label)) ? first : name;
}

const apis: ReadonlySet<string> = new Set(
  'anthropic chat completion completions converse embedding embeddings generative-ai image language-model messages models openai realtime rerank responses speech text text-embedding transcription vertex'.split(
    ' ',
  ),
);

function hostOf(name: string): URL | undefined {
  const isAddress = /^[a-z][a-z\d+-]*:\/\//.test(name);
  if (!isAddress && !/[.:]/.test(name) && !isLoopback(name)) return undefined;
  const url = isAddress ? name : `https://${name}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** Clients and proxies that pass a call on to the seller in the model's name. */
const passThrough: ReadonlySet<string> = new Set(['litellm', 'litellm_proxy', 'openai_like']);

/** Gateways that sell closed models at the vendor's own price, or call the vendor with the user's own key. */
const gateways: ReadonlySet<string> = new Set([
  'gateway',
  'vercel',
  'vercel_ai_gateway',
  'vercel-ai-gateway',
  'cloudflare-gateway',
  'helicone',
  'portkey',
]);

/** What clients call a server of which they know the protocol only. */
const anonymous: ReadonlySet<string> = new Set([
  'openai-compatible',
  'openai_compatible',
  'anthropic-compatible',
  'custom',
  'custom_openai',
]);

const localProviders: ReadonlySet<string> = new Set([
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
  ...[...makers, ...hosts, router].map((id) => [id, id] as const),
  // The simulated model of `pflow demo`, whose figures are marked as simulated.
  ['simulated', 'openai'],
  ['gemini', 'google'],
  ['models', 'google'],
  ['vertex', 'google'],
  ['vertex_ai', 'google'],
  ['vertex-ai', 'google'],
  ['vertexai', 'google'],
  ['google-vertex', 'google'],
  ['google_vertex', 'google'],
  ['google-vertex-anthropic', 'google'],
  ['google-gla', 'google'],
  ['google_genai', 'google'],
  ['google-genai', 'google'],
  ['googleai', 'google'],
  ['google-ai', 'google'],
  ['google-ai-studio', 'google'],
  ['google-generative-ai', 'google'],
  ['mistralai', 'mistral'],
  ['xai', 'x-ai'],
  ['x.ai', 'x-ai'],
  ['grok', 'x-ai'],
  ['cohere_chat', 'cohere'],
  ['moonshot', 'moonshotai'],
  ['kimi', 'moonshotai'],
  ['z-ai', 'zai'],
  ['z.ai', 'zai'],
  ['zhipu', 'zhipuai'],
  ['bigmodel', 'zhipuai'],
  ['voyage', 'voyageai'],
  ['bedrock', 'aws'],
  ['bedrock_converse', 'aws'],
  ['aws-bedrock', 'aws'],
  ['aws_bedrock', 'aws'],
  ['aws.bedrock', 'aws'],
  ['amazon-bedrock', 'aws'],
  ['amazon_bedrock', 'aws'],
  ['amazon', 'aws'],
  ['azure_ai', 'azure'],
  ['azure-ai', 'azure'],
  ['azure_openai', 'azure'],
  ['azure-openai', 'azure'],
  ['azure.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['togetherai', 'together'],
  ['together_ai', 'together'],
  ['together-ai', 'together'],
  ['fireworks_ai', 'fireworks'],
  ['fireworks-ai', 'fireworks'],
  ['github_copilot', 'github-copilot'],
  ['copilot', 'github-copilot'],
  ['workers-ai', 'cloudflare'],
  ['cloudflare-workers-ai', 'cloudflare'],
  ['cloudflare_workers_ai', 'cloudflare'],
  ['@cf', 'cloudflare'],
  ['novita-ai', 'novita'],
  ['novita_ai', 'novita'],
  ['ovh', 'ovhcloud'],
  ['arcee-ai', 'arcee'],
  ['arcee_ai', 'arcee'],
]);
