/** The llm node. */

import { z } from 'zod';
import { messageOf, PflowError } from '../../lib/error.js';
import type { LlmResponse } from '../../llm/client/client.js';
import { defineNode } from '../definition/define-node.js';

/** Calls a language model. */
export const llm = defineNode({
  type: 'llm',
  description: 'Sends a prompt to a language model and returns its response.',
  params: z.object({
    prompt: z.string().min(1).describe('User prompt'),
    system: z.string().optional().describe('System prompt'),
    images: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('Image URLs or file paths to include'),
    model: z.string().optional().describe("provider/model, or a model's name; absent means the run's model"),
    temperature: z.number().min(0).max(2).optional().describe('Sampling temperature; 0 is the least random'),
    schema: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('JSON Schema of an object: the response is an object that matches it'),
    max_tokens: z.number().int().positive().optional().describe('Maximum response length in tokens'),
  }),
  outputs: z.object({
    response: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .describe(
        'Response text, or an object with `schema`; fields of a JSON response are available as ${node.response.field}',
      ),
    llm_usage: z
      .object({
        model: z.string(),
        input_tokens: z.number().nullable(),
        output_tokens: z.number().nullable(),
        total_tokens: z.number().nullable(),
        cache_creation_input_tokens: z.number().nullable(),
        cache_read_input_tokens: z.number().nullable(),
        cost_usd: z.number().nullable(),
      })
      .describe(
        'Token usage and cost in USD; null where the provider did not report it or the price is unknown',
      ),
  }),
  effects: ['model'],
  exec: async ({ params, llm, signal }) => {
    const { prompt, system, images, model, temperature, max_tokens, schema } = params;
    const answer = await llm.generate(
      {
        prompt,
        ...(system === undefined ? {} : { system }),
        ...(images === undefined ? {} : { images: [images].flat() }),
        ...(model === undefined ? {} : { model }),
        ...(temperature === undefined ? {} : { temperature }),
        ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
        ...(schema === undefined ? {} : { schema: readSchema(schema) }),
      },
      { signal },
    );
    const response = schema === undefined ? answer.text : (answer.object as Record<string, unknown>);
    return { response, llm_usage: usageOf(answer) };
  },
});

/** Providers accept objects only; a property list alone is read as that of an object. */
function readSchema(schema: Readonly<Record<string, unknown>>): z.ZodObject {
  const hint =
    'For example: {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}';
  let read: z.ZodType;
  try {
    const typed = { ...(Object.hasOwn(schema, 'properties') ? { type: 'object' } : {}), ...schema };
    read = z.fromJSONSchema(typed as z.core.JSONSchema.JSONSchema);
  } catch (cause) {
    throw new PflowError('node_failed', `The schema is not a JSON Schema: ${messageOf(cause)}.`, {
      cause,
      hint,
    });
  }
  if (read instanceof z.ZodObject) return read;
  throw new PflowError('node_failed', 'The schema does not describe an object.', { hint });
}

/** Usage under the field names of published pflow, for workflows to read; the cost of a run is accounted from the call itself. */
function usageOf({ model, usage, costUsd }: LlmResponse) {
  return {
    model,
    input_tokens: usage?.input ?? null,
    output_tokens: usage?.output ?? null,
    total_tokens: usage?.total ?? null,
    cache_creation_input_tokens: usage?.cacheWrite ?? null,
    cache_read_input_tokens: usage?.cacheRead ?? null,
    cost_usd: costUsd ?? null,
  };
}
