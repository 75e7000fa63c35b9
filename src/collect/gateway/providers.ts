/** Lists the providers that the gateway forwards to, by the first segment of their path, and the variables that configure their SDKs. */

/** A provider behind the gateway. */
export type GatewayProvider = Readonly<{
  /** Where requests go: `/<name>/<rest>` becomes `<origin>/<rest>`. */
  origin: string;
  /** What follows the origin in the base URL of the provider's SDKs. */
  basePath: string;
  /** The variables from which SDKs read the base URL. */
  baseUrlNames: readonly string[];
  /** The variables from which they read the key; one of them shows that a program may call the provider. */
  keyNames: readonly string[];
}>;

const provider = (
  origin: string,
  basePath: string,
  baseUrlNames: readonly string[] = [],
  keyNames: readonly string[] = [],
): GatewayProvider => ({ origin, basePath, baseUrlNames, keyNames });

/** The variables are those that the providers' own SDKs read, in JavaScript, Python and Go. */
export const gatewayProviders: Readonly<Record<string, GatewayProvider>> = {
  anthropic: provider(
    'https://api.anthropic.com',
    '',
    ['ANTHROPIC_BASE_URL'],
    ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
  ),
  openai: provider(
    'https://api.openai.com',
    '/v1',
    ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    ['OPENAI_API_KEY'],
  ),
  google: provider(
    'https://generativelanguage.googleapis.com',
    '',
    ['GOOGLE_GEMINI_BASE_URL'],
    ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  ),
  cohere: provider('https://api.cohere.com', '', ['CO_API_URL'], ['CO_API_KEY', 'COHERE_API_KEY']),
  groq: provider('https://api.groq.com', '', ['GROQ_BASE_URL'], ['GROQ_API_KEY']),
  deepseek: provider(
    'https://api.deepseek.com',
    '/v1',
    ['DEEPSEEK_BASE_URL', 'DEEPSEEK_API_BASE'],
    ['DEEPSEEK_API_KEY'],
  ),
  mistral: provider('https://api.mistral.ai', '/v1'),
  openrouter: provider('https://openrouter.ai', '/api/v1'),
  ollama: provider('http://127.0.0.1:11434', ''),
  xai: provider('https://api.x.ai', '/v1'),
  together: provider('https://api.together.xyz', '/v1', ['TOGETHER_BASE_URL'], ['TOGETHER_API_KEY']),
  fireworks: provider('https://api.fireworks.ai', '/inference/v1'),
  perplexity: provider('https://api.perplexity.ai', ''),
  moonshot: provider('https://api.moonshot.ai', '/v1'),
  cerebras: provider('https://api.cerebras.ai', '/v1'),
};

/** Base URLs by the name that is their prefix at the gateway. */
export type Upstreams = Readonly<Record<string, string>>;

/** The upstream of every provider, with those of the user on top. */
export function listUpstreams(own: Upstreams = {}): Upstreams {
  const known = Object.entries(gatewayProviders).map(([name, { origin }]) => [name, origin] as const);
  return { ...Object.fromEntries(known), ...own };
}

/**
 * The address that a request to the gateway is for: its path is `/<name>/<rest>` with the query. Undefined where no upstream has
 * this name. The AI SDK expects the version within Anthropic's base URL, Anthropic's own SDKs do not: both are understood.
 */
export function resolveUpstream(path: string, upstreams: Upstreams): URL | undefined {
  const [, name = '', rest = ''] = /^\/([^/?]+)(.*)$/.exec(path) ?? [];
  const base = Object.hasOwn(upstreams, name) ? upstreams[name]! : undefined;
  if (base === undefined) return undefined;
  const versioned = name === 'anthropic' && base === gatewayProviders['anthropic']!.origin;
  const own = versioned ? rest.replace(/^\/(?=(?:messages|models|complete)\b)/, '/v1/') : rest;
  const url = `${base.replace(/\/+$/, '')}${own}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}
