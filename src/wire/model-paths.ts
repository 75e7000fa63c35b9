/** Recognises requests to models by their address alone. */

import { findHostSeller } from '../lib/model-hosts.js';
import type { WireApi, WireFormat } from './wire-call.js';

/** What an address tells about a request to a model. */
export type ModelAddress = Readonly<{
  api: WireApi;
  format: WireFormat;
  /** Who sells the model, where the host tells. */
  seller: string | undefined;
  /** Whether the path itself is one of a model. Otherwise only the host is known, and the body decides. */
  knownPath: boolean;
}>;

/**
 * What a request's address tells if it may be one to a model; undefined if it cannot be. `path` may have a query. A
 * WebSocket's handshake is a GET.
 */
export function classifyAddress(method: string, host: string, path: string): ModelAddress | undefined {
  const pathname = withoutQuery(path);
  if (method !== 'POST') return method === 'GET' ? classifySession(host, pathname) : undefined;
  const seller = findHostSeller(host, pathname);
  const found = rules.find(
    ({ pattern, at }) => pattern.test(pathname) && (!at || (seller !== undefined && at.includes(seller))),
  );
  if (found) return { api: found.api, format: found.format, seller, knownPath: true };
  if (seller === undefined || free.test(pathname)) return undefined;
  return { api: 'chat', format: 'other', seller, knownPath: false };
}

function classifySession(host: string, pathname: string): ModelAddress | undefined {
  if (!/\/(?:realtime|responses)$|BidiGenerateContent/.test(pathname)) return undefined;
  const seller = findHostSeller(host, pathname);
  // Behind a proxy or a gateway, only OpenAI's own path is telling: others have a `/realtime` as well.
  if (seller === undefined && !/\/v1\/(?:realtime|responses)$/.test(pathname)) return undefined;
  return {
    api: 'realtime',
    format: pathname.includes('Bidi') ? 'google' : 'openai',
    seller,
    knownPath: true,
  };
}

/** The model that an address names, decoded; undefined where it names none. */
export function modelInPath(path: string): string | undefined {
  const pathname = withoutQuery(path);
  for (const pattern of modelPatterns) {
    const model = pattern.exec(pathname)?.[1];
    if (model !== undefined) return decode(model);
  }
  return undefined;
}

type Rule = Readonly<{
  pattern: RegExp;
  api: WireApi;
  format: WireFormat;
  /** The path is too common to mean a model at any other seller's host. */
  at?: readonly string[];
}>;

const rule = (pattern: RegExp, api: WireApi, format: WireFormat, at?: readonly string[]): Rule =>
  at ? { pattern, api, format, at } : { pattern, api, format };

const BEDROCK = ['bedrock'];
const GOOGLE = ['google', 'google-vertex'];

const rules: readonly Rule[] = [
  rule(/\/chat\/completions$|\/text\/chatcompletion(?:_v2|_pro)?$/, 'chat', 'openai'),
  rule(/\/responses(?:\/compact)?$/, 'responses', 'openai'),
  rule(/\/threads\/(?:[^/]+\/)?runs$/, 'chat', 'openai'),
  rule(/\/agents\/completions$/, 'chat', 'openai'),
  rule(/\/completions?$/, 'completion', 'openai'),
  rule(/\/v1\/messages$|\/anthropic\/messages$/, 'chat', 'anthropic'),
  rule(/:(?:stream)?rawPredict$/i, 'chat', 'anthropic'),
  rule(/:(?:generateContent|streamGenerateContent|generateAnswer)$/, 'chat', 'google'),
  rule(/:(?:embedContent|batchEmbedContents)$/, 'embedding', 'google'),
  rule(/:predict(?:LongRunning)?$/, 'embedding', 'google', GOOGLE),
  rule(/\/interactions$/, 'chat', 'google', GOOGLE),
  rule(/\/model\/[^/]+\/(?:converse|converse-stream)$/, 'chat', 'bedrock'),
  rule(/\/model\/[^/]+\/(?:invoke|invoke-with-response-stream)$/, 'chat', 'bedrock'),
  rule(/\/rerank$/, 'rerank', 'bedrock', BEDROCK),
  rule(/\/v2\/chat$/, 'chat', 'cohere'),
  rule(/\/v1\/chat$/, 'chat', 'cohere', ['cohere']),
  rule(/\/v[12]\/embed$/, 'embedding', 'cohere'),
  rule(/\/v\d\/rerank$/, 'rerank', 'cohere'),
  rule(/\/rerank(?:ing)?$|\/rerank\/[^/]+$/, 'rerank', 'openai', [
    'voyageai',
    'jina',
    'together',
    'deepinfra',
    'siliconflow',
    'nvidia',
    'dashscope',
    'azure',
    'novita',
    'fireworks',
  ]),
  rule(/\/conversations(?:\/[^/]+(?:\/restart)?)?(?:#stream)?$/, 'chat', 'mistral', ['mistral']),
  rule(/\/api\/(?:chat|generate)$/, 'chat', 'ollama'),
  rule(/\/api\/embed(?:dings)?$/, 'embedding', 'ollama'),
  rule(/\/embeddings(?:\/[^/]+)?$|\/(?:multimodal|contextualized)embeddings$/, 'embedding', 'openai'),
  rule(/\/audio\/speech$/, 'speech', 'openai'),
  rule(/\/text-to-speech\/[^/]+(?:\/stream)?$/, 'speech', 'other', ['elevenlabs']),
  rule(/\/audio\/(?:transcriptions|translations)$|\/speech-to-text$/, 'transcription', 'openai'),
  rule(/\/images\/(?:generations|edits|variations)$/, 'image', 'openai'),
  rule(/\/v1\/videos(?:\/[^/]+\/remix)?$|\/video\/generations$/, 'video', 'openai'),
  rule(/\/v\d+\/ai\/language-model$/, 'chat', 'vercel'),
  rule(/\/v\d+\/ai\/embedding-model$/, 'embedding', 'vercel'),
  rule(/\/v\d+\/ai\/reranking-model$/, 'rerank', 'vercel'),
  rule(/\/v\d+\/ai\/image-model$/, 'image', 'vercel'),
  rule(/\/services\/aigc\/(?:text|multimodal)-generation\/generation$/, 'chat', 'other', ['dashscope']),
  rule(/\/services\/embeddings\//, 'embedding', 'other', ['dashscope']),
  rule(/\/services\/rerank\//, 'rerank', 'other', ['dashscope']),
  rule(/\/ai\/run\//, 'chat', 'other', ['cloudflare']),
  rule(/\/ml\/v1\/text\/(?:chat|generation)(?:_stream)?$/, 'chat', 'other'),
  rule(/\/ml\/v1\/text\/embeddings$/, 'embedding', 'other'),
  rule(/\/(?:models\/[^/]+\/[^/]+|deployments\/[^/]+\/[^/]+)?\/?predictions$/, 'chat', 'other', [
    'replicate',
  ]),
  rule(/\/serving-endpoints\/[^/]+\/invocations$/, 'chat', 'openai'),
  rule(/\/endpoints\/[^/]+\/invocations(?:-response-stream)?$/, 'chat', 'other', ['sagemaker']),
  rule(/\/models\/[^:]+$/, 'chat', 'other', ['huggingface']),
];

/** Paths at a seller's host that ask no model, or nothing that is billed as a call. */
const free =
  /\/(?:files|uploads|batches|batchPredictionJobs|moderations|models|fine[_-]tun\w*|vector_stores|assistants|threads|conversations|evals|containers|count[_-]?tokens|tokenize|detokenize|tokens|traces|cachedContents|tunedModels|cache|keys|key|auth|oauth|token|credits|usage|organization|projects|guardrail\w*|client_secrets|sessions|transcription_sessions|feedback|telemetry|events|logs|datasets|skills|credentials|login|register|cancel|submit_tool_outputs|apply-guardrail)(?:[/:]|$)|:(?:count|compute)Tokens$|:(?:countTextTokens|countMessageTokens|batch\w*)$/i;

const modelPatterns: readonly RegExp[] = [
  /\/(?:models|tunedModels)\/([^:]+):[a-z]/i,
  /\/deployments\/([^/]+)\//,
  /\/model\/([^/]+)\/(?:converse|invoke)/,
  /\/serving-endpoints\/([^/]+)\/invocations/,
  /\/endpoints\/([^/]+)\/invocations/,
  /\/ai\/run\/(.+)$/,
  /\/models\/([^/]+\/[^/]+)\/predictions$/,
  /\/hf-inference\/models\/([^/]+\/[^/]+)/,
];

function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  const pathname = end < 0 ? path : path.slice(0, end);
  return pathname.length > 1 && pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
