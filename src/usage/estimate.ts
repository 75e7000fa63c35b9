/** Estimates token counts: by a tokenizer, or by characters where loading one is not worth it or not possible. */
import type { Tiktoken } from 'tiktoken/lite';
import { loadTokenizer, selectEncoding, type Encoding, type OpenTokenizer } from './load-tokenizer.js';
import type { Usage } from './record/usage.js';

/**
 * The tokens of a text by its characters: four of an alphabet a token, one of Chinese, Japanese or Korean. Free, and near
 * a tokenizer's count on prose.
 */
export function estimateTokens(text: string): number {
  const ideographs = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/g)?.length ?? 0;
  return Math.ceil((text.length - ideographs) / 4 + ideographs);
}

/** The tokens of a text by tiktoken, in the model's encoding; by characters where tiktoken cannot be loaded. */
export async function countTokens(text: string, model: string): Promise<number> {
  const encoding = selectEncoding(model);
  tokenizers[encoding] ??= loadTokenizer(encoding).then((open) => (opened[encoding] = open ?? 'missing'));
  await tokenizers[encoding];
  return encode(text, encoding);
}

/**
 * The tokens of an answer that is still being written. A long one is counted by tiktoken, which its first count begins to
 * load; until then, and for short ones, characters are counted.
 */
export function estimateOutputTokens(textSoFar: string, model = ''): number {
  if (textSoFar.length < WORTH_LOADING) return estimateTokens(textSoFar);
  const encoding = selectEncoding(model);
  if (!opened[encoding]) void countTokens('', model);
  return encode(textSoFar, encoding);
}

/** The usage of an answered request whose response reported none, by tiktoken. It goes with `usageOrigin: 'estimated'`. */
export async function estimateUsage(input: string, output: string, model: string): Promise<Usage> {
  return estimated(await countTokens(input, model), await countTokens(output, model));
}

/** The usage of a request that no model saw, by characters: an offline run never loads a tokenizer. */
export function estimateUsageByLength(input: string, output: string): Usage {
  return estimated(estimateTokens(input), estimateTokens(output));
}

/** Loading takes as long as a short answer does. */
const WORTH_LOADING = 400;

/** An encoder holds some 40 MB of WebAssembly memory: it is freed after this long without use. */
const IDLE_MS = 10_000;

/** A run of characters that the encoder is given at once: its time is quadratic in a run without spaces. */
const PIECE = /[^]{1,1000}(?!\S)|[^]{1,1000}/g;

const tokenizers: Partial<Record<Encoding, Promise<unknown>>> = {};
const opened: Partial<Record<Encoding, OpenTokenizer | 'missing'>> = {};
const encoders = new Map<Encoding, { encoder: Tiktoken; idle: NodeJS.Timeout }>();

function encode(text: string, encoding: Encoding): number {
  const encoder = openEncoder(encoding);
  if (!encoder) return estimateTokens(text);
  return (text.match(PIECE) ?? []).reduce((sum, piece) => sum + encoder.encode_ordinary(piece).length, 0);
}

function openEncoder(encoding: Encoding): Tiktoken | undefined {
  const current = encoders.get(encoding);
  if (current) {
    current.idle.refresh();
    return current.encoder;
  }
  const open = opened[encoding];
  if (open === undefined || open === 'missing') return undefined;
  const encoder = open();
  const idle = setTimeout(() => {
    encoders.delete(encoding);
    encoder.free();
  }, IDLE_MS).unref();
  encoders.set(encoding, { encoder, idle });
  return encoder;
}

function estimated(input: number, output: number): Usage {
  return { input, output, total: input + output, source: 'estimate', convention: 'inclusive', warnings: [] };
}
