/** The client that answers by rules when there is no model. */

import { PflowError } from '../../lib/error.js';
import type { LlmClient, LlmRequest, LlmResponse } from '../client/client.js';
import { estimateUsageByLength } from '../../usage/estimate.js';
import { answerByRule, needsModel } from './offline-text.js';

/** Rules for structured requests, by task name. A rule that does not apply throws a PflowError. */
export type OfflineSkills = Readonly<Record<string, (input: unknown, prompt: string) => unknown>>;

/** Creates the offline client: it answers by rules at no cost, or fails with a hint. */
export function createOfflineClient(skills: OfflineSkills): LlmClient {
  return {
    provider: 'offline',
    model: 'rules',
    free: true,
    async request(request, { signal }) {
      signal.throwIfAborted();
      return request.schema || request.task ? bySkill(request, skills) : byInstruction(request);
    },
  };
}

async function bySkill(request: LlmRequest, skills: OfflineSkills): Promise<LlmResponse> {
  const { task, prompt, schema } = request;
  const skill = task && Object.hasOwn(skills, task.name) ? skills[task.name] : undefined;
  if (!task || !skill) throw needsModel(prompt);
  const text = JSON.stringify(skill(task.input, prompt));
  if (!schema) return responded(request, text);
  const { readStructuredAnswer } = await import('../client/structured-answer.js');
  const answer = readStructuredAnswer(text, schema);
  if ('object' in answer) return { ...responded(request, text), object: answer.object };
  throw new PflowError(
    'internal',
    `The offline rule '${task.name}' gave an answer of the wrong form: ${answer.problem}`,
  );
}

function byInstruction(request: LlmRequest): LlmResponse {
  if (request.images?.length) throw needsModel(`(an image) ${request.prompt}`);
  if (request.system?.trim()) throw needsModel(`(system prompt) ${request.system}`);
  return responded(request, answerByRule(request.prompt));
}

function responded({ prompt }: LlmRequest, text: string): LlmResponse {
  return {
    text,
    finishReason: 'stop',
    model: 'rules',
    usage: estimateUsageByLength(prompt, text),
    usageOrigin: 'estimated',
  };
}
