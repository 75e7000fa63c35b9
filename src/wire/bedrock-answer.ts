/** Reads answers of Amazon Bedrock: Converse, its stream, and the formats that models have of their own under InvokeModel. */

import { asFields, firstPresent, getField, toList, type Fields } from '../usage/fields/fields.js';
import type { Answer } from './answer.js';

/** Reads a response of Converse or of a Nova model, or an event of ConverseStream; false if the document has another format. */
export function readConverseDocument(document: Fields, answer: Answer): boolean {
  const message = asFields(getField(document, 'output', 'message'));
  if (message) {
    toList(message['content']).forEach((block, index) => readBlock(block, String(index), answer));
    answer.finish(document['stopReason']);
    return true;
  }
  const start = asFields(document['contentBlockStart']);
  if (start) readBlock(start['start'], String(start['contentBlockIndex']), answer);
  const delta = asFields(document['contentBlockDelta']);
  if (delta) readBlock(delta['delta'], String(delta['contentBlockIndex']), answer);
  // The counts follow the reason in an event of their own.
  const reason = getField(document, 'messageStop', 'stopReason');
  if (typeof reason === 'string') answer.finishReason = reason;
  if (asFields(document['metadata']) && firstPresent(document['metadata'], 'usage', 'metrics') !== undefined)
    answer.ended = true;
  return [
    'messageStart',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ].some((name) => name in document);
}

function readBlock(block: unknown, key: string, answer: Answer): void {
  answer.addText(getField(block, 'text'));
  answer.addReasoning(
    getField(block, 'reasoningContent', 'reasoningText', 'text') ??
      getField(block, 'reasoningContent', 'text'),
  );
  const tool = asFields(getField(block, 'toolUse'));
  if (!tool) return;
  const { input } = tool;
  answer.addTool(key, {
    id: tool['toolUseId'],
    name: tool['name'],
    ...(typeof input === 'string' ? { text: input } : { value: input }),
  });
}

/** Reads the formats of Titan, Llama, Mistral and AI21 under InvokeModel; false where the document is in none of them. */
export function readInvokeDocument(document: Fields, answer: Answer): boolean {
  const result = toList(document['results'])[0] ?? toList(document['outputs'])[0];
  const text =
    firstPresent(document, 'generation', 'outputText', 'generated_text', 'completion') ??
    firstPresent(result, 'outputText', 'generated_text', 'text');
  if (typeof text !== 'string') return false;
  answer.addText(text);
  answer.setModel(document['model_id']);
  answer.finish(
    firstPresent(document, 'stop_reason', 'completionReason', 'finish_reason') ??
      firstPresent(result, 'stop_reason', 'completionReason'),
  );
  return true;
}
