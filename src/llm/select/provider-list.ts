/** The supported model providers and how they are found. */

import { getOwn } from '../../lib/data/own-property.js';
import { PflowError } from '../../lib/error.js';
import { nearest } from '../../lib/text/nearest.js';

/** A provider: its environment variables, base URL and default model. */
export type Provider = Readonly<{
  id: string;
  /** The display name. */
  label: string;
  /** Environment variables for the key, in order; empty if no key is needed. */
  keys: readonly string[];
  /** Environment variables that override the base URL. */
  baseUrls: readonly string[];
  /** The default base URL; absent if only the environment can name it. */
  baseUrl?: string;
  /** The version segment appended to an overridden base URL without one. */
  version?: string;
  /** The default model. A local server is queried for its models instead. */
  defaultModel?: string;
  /** How to start the server. */
  start?: string;
}>;

/** Hosted providers, in the order in which their keys are checked. */
export const hostedProviders: readonly Provider[] = [
  {
    id: 'anthropic',
    label: 'Anthropic',
    keys: ['ANTHROPIC_API_KEY'],
    baseUrls: ['ANTHROPIC_BASE_URL'],
    baseUrl: 'https://api.anthropic.com/v1',
    version: 'v1',
    defaultModel: 'claude-sonnet-5',
  },
  {
    id: 'openai',
    label: 'OpenAI',
    keys: ['OPENAI_API_KEY'],
    baseUrls: ['OPENAI_BASE_URL'],
    baseUrl: 'https://api.openai.com/v1',
    defaultModel: 'gpt-6-luna',
  },
  {
    id: 'google',
    label: 'Google',
    keys: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    baseUrls: ['GEMINI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'GOOGLE_GENERATIVE_AI_BASE_URL'],
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    version: 'v1beta',
    defaultModel: 'gemini-3.8-flash',
  },
];

/** OpenAI-compatible servers: OPENAI_BASE_URL, then the default ports. */
export const localProviders: readonly Provider[] = [
  {
    id: 'openai-compatible',
    label: 'OpenAI-compatible server',
    keys: [],
    baseUrls: ['OPENAI_BASE_URL'],
    start: 'Set OPENAI_BASE_URL to the address of the server, for example http://127.0.0.1:8000/v1.',
  },
  local(
    'ollama',
    'Ollama',
    11434,
    'Start it with `ollama serve` and fetch a model with `ollama pull <model>`.',
  ),
  local('lmstudio', 'LM Studio', 1234, 'Load a model in LM Studio and start its local server.'),
  local('llamacpp', 'llama.cpp', 8080, 'Start it with `llama-server -m <model.gguf>`.'),
  local('vllm', 'vLLM', 8000, 'Start it with `vllm serve <model>`.'),
];

const providers = [...hostedProviders, ...localProviders];

const otherSpellings: Readonly<Record<string, string>> = {
  gemini: 'google',
  claude: 'anthropic',
  'lm-studio': 'lmstudio',
  'llama.cpp': 'llamacpp',
  'llama-cpp': 'llamacpp',
};

/** Documents the accepted model names. */
export const MODEL_SPELLINGS = `Write provider/model, for example anthropic/claude-sonnet-5, or a provider alone: ${providers
  .map(({ id }) => id)
  .join(', ')}. 'offline' uses no model.`;

/** The hint shown when the offline rules do not suffice. */
export const HOW_TO_CONNECT_A_MODEL =
  'Connect a model: set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, or start a local server such as Ollama (`ollama serve`).';

/** Finds a provider by id. */
export function providerOf(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}

/** The seller of a model that is named without one, and the name it has there; undefined if unknown. */
export type FindVendor = (name: string) => Readonly<{ provider: string; model: string }> | undefined;

/**
 * Parses a model name into provider and model; no model if only a provider is named. The provider of a bare model name is
 * its vendor.
 */
export function parseModelName(
  name: string,
  findVendor: FindVendor = () => undefined,
): { provider: Provider; model?: string } {
  const slash = name.indexOf('/');
  const id = (slash === -1 ? name : name.slice(0, slash)).trim().toLowerCase();
  const model = slash === -1 ? '' : name.slice(slash + 1).trim();
  const provider = providerOf(getOwn(otherSpellings, id) ?? id);
  if (provider) return model ? { provider, model } : { provider };
  const vendor = slash === -1 ? (findVendor(name.trim()) ?? findFamily(name.trim())) : undefined;
  if (!vendor) throw unknownProvider(name, id);
  const sold = providerOf(vendor.provider);
  if (!sold) throw unsupportedVendor(name, vendor);
  return { provider: sold, model: vendor.model };
}

/** The first non-empty environment variable. */
export function firstSet(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return { name, value };
  }
  return undefined;
}

/** The base URL of a provider; undefined if unknown. */
export function endpointOf(provider: Provider, env: NodeJS.ProcessEnv): string | undefined {
  const moved = firstSet(provider.baseUrls, env);
  if (!moved) return provider.baseUrl;
  const url = parseUrl(moved);
  const path = url.pathname.replace(/\/+$/, '');
  const versioned = !provider.version || /\/v\d/.test(path) ? path : `${path}/${provider.version}`;
  return url.origin + versioned;
}

/** Whether a URL is on loopback. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function local(id: string, label: string, port: number, start: string): Provider {
  return { id, label, keys: [], baseUrls: [], baseUrl: `http://127.0.0.1:${port}/v1`, start };
}

function parseUrl({ name, value }: { name: string; value: string }): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new PflowError('usage', `${name} is not an http or https address: '${value}'.`, {
    hint: `For example ${name}=http://127.0.0.1:8000/v1`,
  });
}

/** Families of models, for names that are newer than the price table. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^claude-/i, 'anthropic'],
  [/^(gpt-|chatgpt-|o\d)/i, 'openai'],
  [/^gemini-/i, 'google'],
];

function findFamily(name: string): ReturnType<FindVendor> {
  const provider = families.find(([pattern]) => pattern.test(name))?.[1];
  return provider === undefined ? undefined : { provider, model: name };
}

function unsupportedVendor(name: string, { provider, model }: NonNullable<ReturnType<FindVendor>>) {
  return new PflowError(
    'usage',
    `'${name}' is a model of ${provider}, which is not among the providers that pflow connects to.`,
    {
      hint: `Set OPENAI_BASE_URL and OPENAI_API_KEY to an OpenAI-compatible endpoint that offers it, and write 'openai-compatible/${model}'.`,
    },
  );
}

function unknownProvider(name: string, id: string): PflowError {
  const similar = nearest(id, [...providers.map((each) => each.id), 'offline'], 1)[0];
  const message =
    similar || name.includes('/')
      ? `There is no provider '${id}'.`
      : `'${name}' is neither a provider nor a model whose provider is known.`;
  return new PflowError('usage', message, {
    hint: similar ? `Did you mean '${similar + name.slice(id.length)}'? ${MODEL_SPELLINGS}` : MODEL_SPELLINGS,
  });
}
