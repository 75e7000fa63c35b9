/** Reads answers in the formats of Cohere, Mistral's conversations, Ollama, Vercel's AI gateway and smaller providers. */

import { asFields, firstPresent, getField, toList, type Fields } from '../usage/fields/fields.js';
import type { Answer } from './answer.js';
import { stringifyAny } from '../lib/data/foreign-value.js';

/** Reads a response of Cohere v2 or v1, or an event of their streams; false if the document has another format. */
export function readCohereDocument(document: Fields, answer: Answer): boolean {
  const event = firstPresent(document, 'type', 'event_type');
  if (typeof event === 'string' && cohereEvents.has(event)) {
    answer.setId(firstPresent(document, 'id', 'generation_id'));
    const message = getField(document, 'delta', 'message');
    readCohereContent(getField(message, 'content'), answer);
    const call = asFields(getField(message, 'tool_calls'));
    if (call) readCohereTool(call, String(document['index']), answer);
    if (event === 'text-generation') answer.addText(document['text']);
    answer.finish(getField(document, 'delta', 'finish_reason') ?? document['finish_reason']);
    answer.fail(getField(document, 'delta', 'error'));
    if (event === 'message-end' || event === 'stream-end') answer.ended = true;
    return true;
  }
  const isCohere =
    'generation_id' in document || (asFields(document['message']) && 'finish_reason' in document);
  if (!isCohere) return false;
  answer.setId(firstPresent(document, 'id', 'generation_id', 'response_id'));
  answer.addText(document['text']);
  for (const part of toList(getField(document, 'message', 'content'))) readCohereContent(part, answer);
  [...toList(getField(document, 'message', 'tool_calls')), ...toList(document['tool_calls'])].forEach(
    (call, index) => readCohereTool(call, String(index), answer),
  );
  answer.finish(document['finish_reason']);
  return true;
}

const cohereEvents = new Set([
  'message-start',
  'content-start',
  'content-delta',
  'content-end',
  'tool-plan-delta',
  'tool-call-start',
  'tool-call-delta',
  'tool-call-end',
  'citation-start',
  'citation-end',
  'message-end',
  'stream-start',
  'text-generation',
  'tool-calls-generation',
  'tool-calls-chunk',
  'citation-generation',
  'search-results',
  'stream-end',
]);

function readCohereContent(content: unknown, answer: Answer): void {
  answer.addText(getField(content, 'text'));
  answer.addReasoning(getField(content, 'thinking'));
}

function readCohereTool(call: unknown, key: string, answer: Answer): void {
  answer.addTool(key, {
    id: getField(call, 'id'),
    name: getField(call, 'function', 'name') ?? getField(call, 'name'),
    text: getField(call, 'function', 'arguments') ?? getField(call, 'parameters'),
  });
}

/** Reads a response of Mistral's conversations, or an event of their stream; false where the document is neither. */
export function readConversationDocument(document: Fields, answer: Answer): boolean {
  const type = document['type'];
  const isWhole = document['object'] === 'conversation.response';
  if (
    !isWhole &&
    !(
      typeof type === 'string' &&
      /^(?:conversation\.response|message\.output|function\.call|tool\.execution)\b/.test(type)
    )
  ) {
    return false;
  }
  answer.setId(document['conversation_id']);
  const entries = isWhole ? toList(document['outputs']) : [document];
  for (const entry of entries) readConversationEntry(entry, answer);
  if (isWhole || type === 'conversation.response.done') answer.ended = true;
  if (type === 'conversation.response.error') answer.fail(document);
  return true;
}

function readConversationEntry(entry: unknown, answer: Answer): void {
  answer.setModel(getField(entry, 'model'));
  const type = String(getField(entry, 'type'));
  const content = getField(entry, 'content');
  if (type.startsWith('message.output')) {
    for (const part of typeof content === 'string' ? [{ text: content }] : [content, ...toList(content)]) {
      answer.addText(getField(part, 'text'));
    }
  }
  if (!type.startsWith('function.call')) return;
  const id = getField(entry, 'tool_call_id');
  answer.addTool(stringifyAny(id), { id, name: getField(entry, 'name'), text: getField(entry, 'arguments') });
}

/** Reads a response of Ollama's own API, or a line of its stream; false where the document is neither. */
export function readOllamaDocument(document: Fields, answer: Answer): boolean {
  if (!('done' in document) || !('created_at' in document)) return false;
  answer.setModel(document['model']);
  answer.addText(document['response']);
  answer.addReasoning(document['thinking']);
  answer.addText(getField(document, 'message', 'content'));
  answer.addReasoning(getField(document, 'message', 'thinking'));
  for (const call of toList(getField(document, 'message', 'tool_calls'))) {
    answer.addTool(`call ${answer.toolCount}`, {
      id: getField(call, 'id'),
      name: getField(call, 'function', 'name'),
      value: getField(call, 'function', 'arguments'),
    });
  }
  if (document['done'] === true) answer.finish(document['done_reason'] ?? 'stop');
  return true;
}

/** Reads a result of the AI SDK's model interface, which Vercel's gateway speaks, or a part of its stream. */
export function readAiSdkDocument(document: Fields, answer: Answer): boolean {
  const type = document['type'];
  const isWhole = 'finishReason' in document && Array.isArray(document['content']);
  if (!isWhole && !(typeof type === 'string' && aiSdkParts.has(type))) return false;
  for (const part of isWhole ? toList(document['content']) : [document]) readAiSdkPart(part, answer);
  answer.setModel(firstPresent(document, 'modelId') ?? getField(document, 'response', 'modelId'));
  const reason = document['finishReason'];
  answer.finish(typeof reason === 'string' ? reason : getField(reason, 'unified'));
  return true;
}

const aiSdkParts = new Set([
  'stream-start',
  'response-metadata',
  'text-start',
  'text-delta',
  'text-end',
  'reasoning-start',
  'reasoning-delta',
  'reasoning-end',
  'tool-input-start',
  'tool-input-delta',
  'tool-input-end',
  'tool-call',
  'finish',
  'raw',
  'source',
]);

function readAiSdkPart(part: unknown, answer: Answer): void {
  const text = firstPresent(part, 'delta', 'textDelta', 'text');
  const type = getField(part, 'type');
  if (type === 'text' || type === 'text-delta') answer.addText(text);
  if (type === 'reasoning' || type === 'reasoning-delta') answer.addReasoning(text);
  if (type !== 'tool-call') return;
  const id = getField(part, 'toolCallId');
  answer.addTool(stringifyAny(id), {
    id,
    name: getField(part, 'toolName'),
    text: firstPresent(part, 'input', 'args'),
    whole: true,
  });
}

/** Reads what is left: DashScope, Workers AI, llama.cpp, Hugging Face and Replicate answer with little more than text. */
export function readPlainDocument(document: Fields, answer: Answer): boolean {
  const output = document['output'];
  const choice = asFields(output) && toList(getField(output, 'choices'))[0];
  answer.setModel(document['model']);
  answer.setId(firstPresent(document, 'id', 'request_id'));
  const text =
    getField(choice, 'message', 'content') ??
    getField(output, 'text') ??
    getField(document, 'result', 'response') ??
    getField(document, 'token', 'text') ??
    (typeof document['content'] === 'string' ? document['content'] : undefined) ??
    firstPresent(document, 'response', 'text', 'generated_text');
  answer.addText(text);
  answer.addReasoning(getField(choice, 'message', 'reasoning_content'));
  if (typeof output === 'string') answer.addText(output);
  for (const piece of toList(output)) if (typeof piece === 'string') answer.addText(piece);
  const reason = getField(choice, 'finish_reason') ?? getField(output, 'finish_reason');
  if (reason !== 'null') answer.finish(reason ?? getField(document, 'details', 'finish_reason'));
  if (document['stop'] === true) answer.finish('stop');
  return typeof text === 'string' || output !== undefined;
}
