/** Converts the parts of a node that both formats of published pflow record: its type, times and calls. */
import { asFields, getField, type Fields } from '../../../usage/fields/fields.js';
import { parseCount } from '../../../usage/fields/count.js';
import type { Usage } from '../../../usage/record/usage.js';
import { countTokens, readUsage } from '../../frame/call-usage.js';
import type { ForeignSpan } from '../../frame/foreign-run.js';
import { textIn } from '../../frame/record-text.js';

/** `WriteFileNode` as `write-file`: the type as workflows name it. */
export function toNodeType(className: string): string {
  return className
    .replace(/Node$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** `anthropic/claude-haiku-4-5`: the provider and its model. */
function splitModel(name: string): { provider: string | undefined; model: string } {
  const [provider, ...rest] = name.split('/');
  if (rest.length > 0)
    return { provider: provider === 'gemini' ? 'google' : provider, model: rest.join('/') };
  const isKnown = name.startsWith('claude') ? 'anthropic' : undefined;
  return { provider: isKnown, model: name };
}

/** The facts that a node or an item records of its call, without the usage. */
export type CallTexts = Readonly<{ prompt?: unknown; system?: unknown; response?: unknown }>;

/**
 * The span of a recorded call. Its total is the program's own sum of input and output, so it does not show the convention: in
 * 2.x the input includes the cache, and 1.2.0 recorded the provider's counts, of which only Anthropic's input excludes it.
 */
export function toCallSpan(
  id: string,
  parent: string,
  call: Fields,
  times: Pick<ForeignSpan, 'startMs' | 'endMs'>,
  read: () => CallTexts,
): ForeignSpan {
  const { provider, model } = splitModel(textIn(call, 'model') ?? 'unknown');
  const isExclusive = call['uncached_input_tokens'] === undefined && provider === 'anthropic';
  const usage = isExclusive ? readUsage(withoutTotal(call), { provider, model }) : inclusive(call);
  const cost = parseCount(call['cost_usd'] ?? call['total_cost_usd']);
  return {
    id,
    parent,
    kind: 'llm',
    name: model,
    startMs: times.startMs,
    endMs: times.endMs,
    call: { provider, model, tokens: countTokens(usage), isRequest: true },
    detail() {
      const { prompt, system, response } = read();
      return {
        call: {
          prompt,
          system,
          ...(typeof response === 'string' ? { text: response } : { object: response }),
          usage,
          rawUsage: call,
          ...(typeof cost === 'number' ? { toolCostUsd: cost } : {}),
        },
      };
    },
  };
}

function withoutTotal(call: Fields): Fields {
  return Object.fromEntries(Object.entries(call).filter(([name]) => name !== 'total_tokens'));
}

function inclusive(call: Fields): Usage | null {
  return readUsage({
    input: call['input_tokens'],
    cacheRead: call['cache_read_input_tokens'],
    cacheWrite: call['cache_creation_input_tokens'],
    output: call['output_tokens'],
    reasoning: call['thinking_tokens'],
    source: 'pflow',
    convention: 'inclusive',
    warnings: [],
  });
}

/** A node's error as a message. */
export function errorText(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  return typeof error === 'string'
    ? error
    : (textIn(asFields(error), 'message') ?? JSON.stringify(getField(error) ?? error));
}
