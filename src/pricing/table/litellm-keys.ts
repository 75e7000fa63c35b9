/** Maps LiteLLM's price keys to the names of rates used here. */
import { getOwn } from '../../lib/data/own-property.js';
import type { Rates } from './price-table.js';

type Target = Readonly<{ rate: keyof Rates; tier?: number; serviceTier?: string }>;

/**
 * Maps a key of LiteLLM's model_prices_and_context_window.json to a rate, context tier or service tier, such as `input_cost_per_token` or
 * `cache_read_input_token_cost_above_200k_tokens`. Its token prices are per token; ours are per million.
 */
export function parseLitellmKey(key: string): Target | undefined {
  const [, base = '', suffix = ''] = /^(.*?)(_above_\d+k_tokens|_batches|_flex|_priority)?$/.exec(key) ?? [];
  const rate = getOwn(rates, base);
  if (rate === undefined) return undefined;
  const thousands = /\d+/.exec(suffix)?.[0];
  if (thousands !== undefined) return { rate, tier: Number(thousands) * 1000 };
  return suffix === '' ? { rate } : { rate, serviceTier: suffix === '_batches' ? 'batch' : suffix.slice(1) };
}

/** USD per token as USD per million, without the noise that multiplying adds: 1.1e-6 is 1.1. */
export function toPerMillion(perToken: number): number {
  return Number((perToken * 1_000_000).toPrecision(12));
}

const rates: Readonly<Record<string, keyof Rates>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cacheRead',
  cache_creation_input_token_cost: 'cacheWrite',
  cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
  input_cost_per_audio_token: 'inputAudio',
  output_cost_per_audio_token: 'outputAudio',
};
