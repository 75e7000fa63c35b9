/** Sends one structured request of the planner to the model, or answers it by rules. */

import type { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import type { RunContext } from '../../runtime/contract/runnable.js';
import { systemPrompt } from '../prompts/planner-prompts.js';
import { answerByRules } from './planning-rules.js';

export type Question<Schema extends z.ZodType> = Readonly<{
  /** The task name: the name of the requesting node. */
  task: string;
  prompt: string;
  schema: Schema;
  /** Plain JSON input for clients that answer by rules instead of reading the prompt. */
  input: unknown;
}>;

/** Sends a structured request to the model of the run, or to the rules if given, and returns the validated answer. */
export async function ask<Schema extends z.ZodType>(
  context: RunContext,
  { task, prompt, schema, input }: Question<Schema>,
  rules?: OfflineSkills,
): Promise<z.infer<Schema>> {
  if (rules) return schema.parse(answerByRules(rules, task, input));
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
