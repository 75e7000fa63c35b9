/** What one HTTP exchange with a model provider was: the request, and what came back. */

import type { Usage } from '../usage/record/usage.js';

/** The kind of API that was called. `realtime` is a session over a WebSocket, whose messages are not read. */
export type WireApi =
  | 'chat'
  | 'responses'
  | 'completion'
  | 'embedding'
  | 'rerank'
  | 'speech'
  | 'transcription'
  | 'image'
  | 'video'
  | 'realtime';

/** Whose wire format an exchange is in. */
export type WireFormat =
  'openai' | 'anthropic' | 'google' | 'cohere' | 'mistral' | 'bedrock' | 'ollama' | 'vercel' | 'other';

/** A request to a model. */
export type WireRequest = Readonly<{
  api: WireApi;
  format: WireFormat;
  /** Host and port, as in the address. */
  host: string;
  /** Who sells the model: by host, else `<format>-compatible`, such as `openai-compatible`. */
  provider: string;
  /** Whether the host is known to sell models. */
  knownHost: boolean;
  loopback: boolean;
  /** Absent where neither address nor body names one. */
  model?: string;
  /** Whether the body could be read. What cannot be read is a call all the same. */
  readable: boolean;
  /** Whether the response is to be streamed, as far as the request states it. */
  stream: boolean;
  /** Whether an OpenAI stream was requested with usage (`stream_options.include_usage`). */
  streamUsage: boolean;
  /** Messages, contents, a prompt or an input, as they were sent. */
  prompt?: unknown;
  system?: unknown;
  /** Scalar settings by name, such as `temperature`. */
  settings: Readonly<Record<string, unknown>>;
  /** The tools offered, each with its size as JSON in bytes. */
  tools: readonly OfferedTool[];
  /** The same as they were sent, if there are any. */
  toolDefinitions?: readonly unknown[];
  toolChoice?: unknown;
  responseFormat?: unknown;
  /** Reasoning settings: `reasoning_effort`, `reasoning`, `thinking`, `thinkingConfig`. */
  thinking?: unknown;
}>;

export type OfferedTool = Readonly<{ name: string; bytes: number }>;

/** A tool that the model called; `arguments` is parsed where it is JSON. */
export type WireToolCall = Readonly<{ id?: string; name: string; arguments: unknown }>;

/** What the provider reported instead of an answer. */
export type WireError = Readonly<{ message: string; type?: string; code?: string }>;

/** A response to a request to a model. */
export type WireResponse = Readonly<{
  status: number;
  /** The model that answered, as the response names it. */
  model?: string;
  /** The id of the response. */
  id?: string;
  /** The provider's id of the request, from a header. */
  requestId?: string;
  /** The answer without its reasoning. */
  text: string;
  reasoning?: string;
  toolCalls: readonly WireToolCall[];
  /** As the provider writes it: `stop`, `end_turn`, `length`, `content_filter` … */
  finishReason?: string;
  /** null where nothing was reported. `incomplete` is set where the response broke off. */
  usage: Usage | null;
  /** The provider's own usage object. */
  rawUsage?: unknown;
  error?: WireError;
  /** The response ended before its own end marker, or could not be read to its end. */
  incomplete: boolean;
  /** The local server that the response identifies: its calls are free. */
  localServer?: LocalServer;
}>;

export type LocalServer = 'ollama' | 'lmstudio' | 'llamacpp' | 'vllm';

export type WireCall = Readonly<{ request: WireRequest; response: WireResponse }>;
