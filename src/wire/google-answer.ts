/** Reads answers of Gemini: generateContent and its stream, and interactions. */

import { asFields, firstPresent, getField, toList, type Fields } from '../usage/fields/fields.js';
import type { Answer } from './answer.js';

/** Reads a response of generateContent or a chunk of its stream; false where the document is neither. */
export function readGeminiDocument(document: Fields, answer: Answer): boolean {
  const wrapped = asFields(document['response']);
  if (wrapped && Array.isArray(wrapped['candidates'])) return readGeminiDocument(wrapped, answer);
  const { candidates, promptFeedback } = document;
  if (!Array.isArray(candidates) && !asFields(document['usageMetadata']) && !asFields(promptFeedback))
    return false;
  answer.setModel(document['modelVersion']);
  answer.setId(document['responseId']);
  const candidate = toList(candidates)[0];
  for (const part of toList(getField(candidate, 'content', 'parts'))) readPart(part, answer);
  answer.finish(getField(candidate, 'finishReason') ?? getField(promptFeedback, 'blockReason'));
  return true;
}

function readPart(part: unknown, answer: Answer): void {
  const text = getField(part, 'text');
  if (getField(part, 'thought') === true) answer.addReasoning(text);
  else answer.addText(text);
  const call = asFields(getField(part, 'functionCall'));
  if (call)
    answer.addTool(`call ${answer.toolCount}`, {
      id: call['id'],
      name: call['name'],
      value: call['args'] ?? {},
    });
}

/** Reads an interaction or an event of its stream; false where the document is neither. */
export function readInteractionDocument(document: Fields, answer: Answer): boolean {
  const type = firstPresent(document, 'event_type', 'type');
  if (typeof type === 'string' && /^(?:interaction|content|step)\./.test(type)) {
    const interaction = asFields(document['interaction']);
    if (interaction) readInteraction(interaction, answer);
    readOutput(document['delta'] ?? document['content'], answer);
    return true;
  }
  const isInteraction =
    document['object'] === 'interaction' || (Array.isArray(document['outputs']) && 'status' in document);
  if (!isInteraction) return false;
  readInteraction(document, answer);
  return true;
}

function readInteraction(interaction: Fields, answer: Answer): void {
  answer.setModel(firstPresent(interaction, 'model', 'agent'));
  answer.setId(interaction['id']);
  for (const output of toList(interaction['outputs'])) readOutput(output, answer);
  if (interaction['status'] !== 'in_progress') answer.finish(interaction['status']);
  answer.fail(interaction['error']);
}

function readOutput(output: unknown, answer: Answer): void {
  const type = getField(output, 'type');
  if (type === 'text') answer.addText(getField(output, 'text'));
  if (type === 'thought' || type === 'thought_summary') {
    answer.addReasoning(
      getField(output, 'summary') ?? getField(output, 'text') ?? getField(output, 'content', 'text'),
    );
  }
  if (type !== 'function_call') return;
  answer.addTool(String(getField(output, 'id') ?? answer.toolCount), {
    id: getField(output, 'id'),
    name: getField(output, 'name'),
    value: getField(output, 'arguments'),
  });
}
