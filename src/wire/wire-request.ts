/** Parses an HTTP request to a model: the model, the prompt and the settings. */

import { isLoopback } from '../lib/model-hosts.js';
import { getField, asFields, firstPresent, toList, type Fields } from '../usage/fields/fields.js';
import { classifyAddress, modelInPath, type ModelAddress } from './model-paths.js';
import { parseMultipart } from './multipart-form.js';
import type { OfferedTool, WireApi, WireRequest } from './wire-call.js';

/** A request with its body decoded; undefined where the body was not available. */
export type HttpRequest = Readonly<{
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
}>;

/**
 * Parses a request to a model; undefined for any other request. A request to a model's address whose body cannot be read is
 * one too, with `readable: false`.
 */
export function parseWireRequest(request: HttpRequest): WireRequest | undefined {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  const address = url && classifyAddress(request.method, url.hostname, url.pathname);
  if (!url || !address) return undefined;
  const body = parseBody(request);
  const model = modelOf(body, url.pathname) ?? sessionModel(url, address);
  const isCall = model !== undefined || body === undefined || namesModelElsewhere(address);
  return isCall ? describeRequest(url, address, body, model, request.headers) : undefined;
}

function sessionModel(url: URL, { api }: ModelAddress): string | undefined {
  return api === 'realtime' ? (url.searchParams.get('model') ?? undefined) : undefined;
}

/** Where the address alone makes a call: a model by deployment, by agent or by version, or a session. */
function namesModelElsewhere({ api, format, seller }: ModelAddress): boolean {
  return api === 'realtime' || seller === 'replicate' || format === 'mistral' || format === 'vercel';
}

function describeRequest(
  url: URL,
  address: ModelAddress,
  body: Fields | undefined,
  model: string | undefined,
  headers: Readonly<Record<string, string>>,
): WireRequest {
  const { format, seller } = address;
  const prompt = promptOf(body);
  const system = firstPresent(
    body,
    'system',
    'instructions',
    'systemInstruction',
    'system_instruction',
    'preamble',
  );
  const toolChoice = firstPresent(body, 'tool_choice', 'toolChoice', 'toolConfig');
  const responseFormat = responseFormatOf(body);
  const thinking = thinkingOf(body);
  const offered = offeredIn(body);
  return {
    api: refineApi(address.api, model),
    format,
    host: url.host,
    provider: seller ?? `${format === 'other' ? 'openai' : format}-compatible`,
    knownHost: seller !== undefined,
    loopback: isLoopback(url.hostname),
    ...(model === undefined ? {} : { model }),
    readable: body !== undefined,
    stream: isStreamed(url, body, headers),
    streamUsage: getField(body, 'stream_options', 'include_usage') === true,
    ...(prompt === undefined ? {} : { prompt }),
    ...(system === undefined ? {} : { system }),
    settings: settingsOf(body),
    tools: toolsOf(offered),
    ...(offered.length > 0 ? { toolDefinitions: offered } : {}),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(thinking === undefined ? {} : { thinking }),
  };
}

function parseBody({ headers, body }: HttpRequest): Fields | undefined {
  if (body === undefined) return undefined;
  const type = headers['content-type'] ?? '';
  if (/multipart\/form-data/i.test(type)) return parseMultipart(type, Buffer.from(body).toString('latin1'));
  if (/x-www-form-urlencoded/i.test(type)) {
    return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
  }
  return parseJson(new TextDecoder().decode(body));
}

function parseJson(text: string): Fields | undefined {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The model that a body or its address names: the body first, as a gateway's address may name a deployment. */
function modelOf(body: Fields | undefined, pathname: string): string | undefined {
  const named = firstPresent(body, 'model', 'model_id', 'modelId', 'model_name', 'model_uri');
  const nested = firstPresent(
    getField(body, 'rerankingConfiguration', 'bedrockRerankingConfiguration', 'modelConfiguration'),
    'modelArn',
  );
  const text = typeof named === 'string' && named !== '' ? named : (modelInPath(pathname) ?? nested);
  return typeof text === 'string' ? text.replace(/^models\//, '') : undefined;
}

function promptOf(body: Fields | undefined): unknown {
  const found = firstPresent(
    body,
    'messages',
    'contents',
    'input',
    'inputs',
    'prompt',
    'content',
    'requests',
    'instances',
    'texts',
    'text',
    'documents',
  );
  const message = getField(body, 'message');
  if (message === undefined) {
    const query = getField(body, 'query');
    return query === undefined
      ? (found ?? getField(body, 'inputText'))
      : { query, documents: getField(body, 'documents') };
  }
  const history = toList(getField(body, 'chat_history'));
  return history.length > 0 ? [...history, { role: 'USER', message }] : message;
}

/** Fields that are not settings. */
const notSettings = new Set([
  'model',
  'model_id',
  'modelId',
  'prompt',
  'input',
  'inputs',
  'message',
  'text',
  'query',
  'system',
  'instructions',
  'preamble',
  'inputText',
  'stream',
  'content',
  'anthropic_version',
]);

/** The scalars of a body, and of the object in which Gemini, Bedrock and Ollama keep theirs. */
function settingsOf(body: Fields | undefined): Record<string, unknown> {
  const inner = firstPresent(
    body,
    'generationConfig',
    'generation_config',
    'inferenceConfig',
    'options',
    'parameters',
  );
  const settings: Record<string, unknown> = {};
  for (const [name, value] of [...entriesOf(body), ...entriesOf(inner)]) {
    const isScalar = value !== null && ['string', 'number', 'boolean'].includes(typeof value);
    if (isScalar && !notSettings.has(name)) settings[name] = value;
  }
  return settings;
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(asFields(value) ?? {});
}

function offeredIn(body: Fields | undefined): unknown[] {
  return [
    ...toList(getField(body, 'tools')),
    ...toList(getField(body, 'functions')),
    ...toList(getField(body, 'toolConfig', 'tools')),
  ];
}

/** The tools offered: OpenAI's functions, Anthropic's and Responses' flat ones, Gemini's and Bedrock's lists. */
function toolsOf(offered: readonly unknown[]): OfferedTool[] {
  return offered.flatMap((tool) => {
    const declared = toList(firstPresent(tool, 'functionDeclarations', 'function_declarations'));
    return (declared.length > 0 ? declared : [tool]).map((each) => ({
      name: toolName(each),
      bytes: Buffer.byteLength(JSON.stringify(each) ?? ''),
    }));
  });
}

function toolName(tool: unknown): string {
  const name =
    firstPresent(tool, 'name') ??
    firstPresent(getField(tool, 'function'), 'name') ??
    firstPresent(getField(tool, 'toolSpec'), 'name') ??
    firstPresent(tool, 'type', 'server_label') ??
    Object.keys(asFields(tool) ?? {})[0];
  return typeof name === 'string' ? name : 'tool';
}

function responseFormatOf(body: Fields | undefined): unknown {
  const own = firstPresent(body, 'response_format', 'responseFormat', 'output_format', 'format');
  if (own !== undefined) return own;
  const nested = getField(body, 'text', 'format') ?? getField(body, 'output_config', 'format');
  if (nested !== undefined) return nested;
  const config = firstPresent(body, 'generationConfig', 'generation_config');
  const schema = firstPresent(config, 'responseSchema', 'responseJsonSchema', 'response_schema');
  const type = firstPresent(config, 'responseMimeType', 'response_mime_type');
  if (schema === undefined && type === undefined) return undefined;
  return { ...(type === undefined ? {} : { type }), ...(schema === undefined ? {} : { schema }) };
}

function thinkingOf(body: Fields | undefined): unknown {
  return (
    firstPresent(body, 'thinking', 'reasoning', 'reasoning_effort', 'think', 'enable_thinking') ??
    firstPresent(
      firstPresent(body, 'generationConfig', 'generation_config'),
      'thinkingConfig',
      'thinking_config',
    ) ??
    firstPresent(
      getField(body, 'additionalModelRequestFields'),
      'thinking',
      'reasoning_config',
      'reasoningConfig',
    ) ??
    getField(body, 'output_config', 'effort')
  );
}

function isStreamed(url: URL, body: Fields | undefined, headers: Readonly<Record<string, string>>): boolean {
  if (getField(body, 'stream') === true || getField(body, 'stream') === 'true') return true;
  if (/stream/i.test(url.pathname.split('/').at(-1)!) || headers['ai-language-model-streaming'] === 'true')
    return true;
  return url.pathname.endsWith('/api/chat') || url.pathname.endsWith('/api/generate')
    ? getField(body, 'stream') !== false
    : false;
}

/** What kind of model it is where several kinds share an address. */
function refineApi(api: WireApi, model: string | undefined): WireApi {
  if (model === undefined || (api !== 'chat' && api !== 'embedding')) return api;
  if (/imagen|image-generator|titan-image|nova-canvas|stability\.|stable-diffusion|\bflux\b/.test(model))
    return 'image';
  if (/\bveo|nova-reel|luma\.ray/.test(model)) return 'video';
  if (/rerank/.test(model)) return 'rerank';
  return /embed|\bbge-/.test(model) ? 'embedding' : api;
}
