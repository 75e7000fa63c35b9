/** Sends one structured request of the planner to the model. */

import type { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import type { RunContext } from '../../runtime/contract/runnable.js';
import { systemPrompt } from '../prompts/planner-prompts.js';

export type Question<Schema extends z.ZodType> = Readonly<{
  /** The task name: the name of the requesting node. */
  task: string;
  prompt: string;
  schema: Schema;
  /** Plain JSON input for clients that answer by rules instead of reading the prompt. */
  input: unknown;
}>;

/** Sends a structured request to the model of the run and returns the validated answer. */
export async function ask<Schema extends z.ZodType>(
  context: RunContext,
  { task, prompt, schema, input }: Question<Schema>,
): Promise<z.infer<Schema>> {
  const response = await context.llm.generate(
    {
      system: systemPrompt,
      prompt,
      schema,
      schemaName: task.replaceAll('-', '_'),
      task: { name: task, input },
    },
    { signal: context.signal },
  );
  const answer = schema.safeParse(response.object);
  if (answer.success) return answer.data;
  throw new PflowError(
    'llm_unusable_answer',
    `The model's answer for '${task}' does not match the requested schema.`,
    {
      hint: 'Try again, or use a model that is better at structured answers.',
      cause: answer.error,
    },
  );
}
