/** A request to a model as it stands on the wire. */
export type WireRequest = Readonly<{
  provider: string;
  model: string;
  prompt: unknown;
  system: unknown;
  settings: Readonly<Record<string, unknown>>;
}>;

/** The hosts of providers, by the end of their name. */
const PROVIDERS: readonly (readonly [string, string])[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', 'azure'],
  ['services.ai.azure.com', 'azure'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google-vertex'],
  ['openrouter.ai', 'openrouter'],
  ['api.mistral.ai', 'mistral'],
  ['api.deepseek.com', 'deepseek'],
  ['api.groq.com', 'groq'],
  ['api.x.ai', 'xai'],
  ['api.cohere.com', 'cohere'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.moonshot.ai', 'moonshot'],
  ['api.together.xyz', 'together'],
  ['api.fireworks.ai', 'fireworks'],
];

/** The paths under which models answer, and whose wire format stands behind them when the host tells nothing. */
const PATHS: readonly (readonly [RegExp, string])[] = [
  [/\/(?:chat\/completions|responses|completions)$/, 'openai-compatible'],
  [/\/v1\/messages$/, 'anthropic'],
  [/:(?:generateContent|streamGenerateContent)$/, 'google'],
  [/\/v2\/chat$/, 'cohere'],
  [/\/api\/(?:chat|generate)$/, 'ollama'],
];

/**
 * What a POST says if it is a request to a model, judged by host, path and a body that names a model; undefined for
 * anything else, whatever its host.
 */
export function readWireRequest(url: URL, body: string): WireRequest | undefined {
  const path = PATHS.find(([pattern]) => pattern.test(url.pathname));
  if (!path) return undefined;
  const json = parse(body);
  const inPath =
    /\/models\/([^/:]+):/.exec(url.pathname)?.[1] ?? /\/deployments\/([^/]+)\//.exec(url.pathname)?.[1];
  const model = typeof json?.['model'] === 'string' ? json['model'] : inPath;
  if (!json || model === undefined) return undefined;
  const {
    model: _model,
    messages,
    contents,
    input,
    prompt,
    system,
    instructions,
    systemInstruction,
    ...rest
  } = json;
  const settings = Object.entries(rest).filter(([, value]) => typeof value !== 'object' || value === null);
  return {
    provider:
      PROVIDERS.find(([host]) => url.hostname === host || url.hostname.endsWith(`.${host}`))?.[1] ?? path[1],
    model: model.replace(/^models\//, ''),
    prompt: messages ?? contents ?? input ?? prompt,
    system: system ?? instructions ?? systemInstruction,
    settings: Object.fromEntries(settings),
  };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
