import type { LlmResponse } from '../../llm/client/client.js';
import { normalizeUsage } from '../../usage/normalize.js';
import { isKnown } from '../../usage/usage.js';
import type { WireRequest } from './wire-request.js';

/** Reads an answer's body, a JSON document or a stream of events, into what the trace says of it. */
export function readWireAnswer(body: string, request: WireRequest, firstTokenMs: number): LlmResponse {
  const events = eventsOf(body);
  const source = events.length === 1 ? events[0] : events;
  const usage = normalizeUsage(source, { provider: request.provider });
  const known = isKnown(usage);
  return {
    text: events.map(textOf).join(''),
    model: events.map(modelOf).findLast((model) => model !== undefined) ?? request.model,
    usage: known ? usage : null,
    usageOrigin: known ? 'reported' : 'none',
    ...(known ? { rawUsage: events.map(rawUsageOf).findLast((raw) => raw !== undefined) } : {}),
    firstTokenMs,
  };
}

/** The JSON documents of a body: one, one a line, or one after each `data:` of an event stream. */
function eventsOf(body: string): unknown[] {
  const whole = parse(body);
  if (whole !== undefined) return Array.isArray(whole) ? (whole as unknown[]) : [whole];
  return body.split('\n').flatMap((line) => parse(line.replace(/^data:/, '').trim()) ?? []);
}

type Json = { readonly [key: string]: Json | undefined } & readonly Json[];

/** The text that an event or a document brings, in the wire formats of OpenAI, Anthropic, Gemini, Cohere and Ollama. */
function textOf(event: unknown): string {
  const from = event as Json | undefined;
  const found = [
    from?.['choices']?.[0]?.['delta']?.['content'],
    from?.['choices']?.[0]?.['message']?.['content'],
    (from?.['type'] as unknown) === 'response.output_text.delta' ? from?.['delta'] : undefined,
    from?.['delta']?.['text'],
    from?.['content']?.[0]?.['text'],
    from?.['output']?.[0]?.['content']?.[0]?.['text'],
    from?.['candidates']?.[0]?.['content']?.['parts']?.[0]?.['text'],
    from?.['message']?.['content'],
    from?.['response'],
  ].find((text) => typeof text === 'string');
  return typeof found === 'string' ? found : '';
}

function modelOf(event: unknown): string | undefined {
  const from = event as Json | undefined;
  const model: unknown =
    from?.['model'] ??
    from?.['modelVersion'] ??
    from?.['message']?.['model'] ??
    from?.['response']?.['model'];
  return typeof model === 'string' ? model : undefined;
}

function rawUsageOf(event: unknown): unknown {
  const from = event as Json | undefined;
  return from?.['usage'] ?? from?.['usageMetadata'] ?? from?.['response']?.['usage'] ?? undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
