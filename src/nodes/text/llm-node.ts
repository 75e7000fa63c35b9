/** The llm node. */

import { z } from 'zod';
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
    model: z.string().optional().describe("provider/model; absent means the run's model"),
    temperature: z.number().min(0).max(2).optional().describe('Sampling temperature; 0 is the least random'),
    max_tokens: z.number().int().positive().optional().describe('Maximum response length in tokens'),
  }),
  outputs: z.object({
    response: z
      .string()
      .describe('Response text; fields of a JSON response are available as ${node.response.field}'),
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
  exec: async ({ params: { prompt, system, images, model, temperature, max_tokens }, llm, signal }) => {
    const answer = await llm.generate(
      {
        prompt,
        ...(system === undefined ? {} : { system }),
        ...(images === undefined ? {} : { images: [images].flat() }),
        ...(model === undefined ? {} : { model }),
        ...(temperature === undefined ? {} : { temperature }),
        ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
      },
      { signal },
    );
    return { response: answer.text, llm_usage: usageOf(answer) };
  },
});

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
