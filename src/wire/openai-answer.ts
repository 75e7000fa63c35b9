/** Reads answers in OpenAI's formats: chat completions, completions and responses, whole and as a stream. */

import { asFields, firstPresent, getField, toList, type Fields } from '../usage/fields/fields.js';
import type { Answer } from './answer.js';

/** Reads a chat completion or a chunk of one, or a completion; false where the document is neither. */
export function readChatDocument(document: Fields, answer: Answer): boolean {
  const { choices } = document;
  if (!Array.isArray(choices)) return false;
  answer.setModel(document['model']);
  answer.setId(document['id']);
  const choice = toList(choices).find((each) => (getField(each, 'index') ?? 0) === 0);
  if (choice === undefined) return true;
  answer.addText(getField(choice, 'text'));
  const message = asFields(getField(choice, 'delta')) ?? asFields(getField(choice, 'message'));
  if (message) readMessage(message, answer);
  answer.finish(getField(choice, 'finish_reason'));
  return true;
}

function readMessage(message: Fields, answer: Answer): void {
  const { content } = message;
  if (typeof content === 'string') answer.addText(content);
  for (const part of toList(content)) readPart(part, answer);
  answer.addReasoning(firstPresent(message, 'reasoning_content', 'reasoning', 'thinking'));
  answer.addText(message['refusal']);
  answer.addText(getField(message, 'audio', 'transcript'));
  toList(message['tool_calls']).forEach((call, position) => {
    const index = getField(call, 'index') ?? position;
    const id = getField(call, 'id');
    // A whole message and each chunk count from 0; a call without an index is known by its id.
    answer.addTool(String(index), {
      id,
      name: getField(call, 'function', 'name') ?? getField(call, 'custom', 'name'),
      text: getField(call, 'function', 'arguments') ?? getField(call, 'custom', 'input'),
    });
  });
  const call = asFields(message['function_call']);
  if (call) answer.addTool('function', { name: call['name'], text: call['arguments'] });
}

/** A part of a message's content: Mistral puts reasoning into one. */
function readPart(part: unknown, answer: Answer): void {
  if (getField(part, 'type') !== 'thinking') return answer.addText(getField(part, 'text'));
  const thinking = getField(part, 'thinking');
  if (typeof thinking === 'string') answer.addReasoning(thinking);
  for (const each of toList(thinking)) answer.addReasoning(getField(each, 'text'));
}

/** Reads a response, or an event of its stream; false where the document is neither. */
export function readResponsesDocument(document: Fields, answer: Answer): boolean {
  const { type } = document;
  if (
    document['object'] === 'response' ||
    (Array.isArray(document['output']) && 'incomplete_details' in document)
  ) {
    readResponse(document, answer);
    return true;
  }
  if (typeof type !== 'string' || !type.startsWith('response.')) return false;
  const response = asFields(document['response']);
  if (response) readStatus(response, answer);
  // Some compatible servers stream no deltas.
  if (response && answer.ended && answer.isEmpty) readResponse(response, answer);
  readEvent(type, document, answer);
  return true;
}

function readEvent(type: string, event: Fields, answer: Answer): void {
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return answer.addText(event['delta']);
    case 'response.reasoning_text.delta':
    case 'response.reasoning_summary_text.delta':
      return answer.addReasoning(event['delta']);
    case 'response.output_item.added':
    case 'response.output_item.done':
      return readToolItem(event['item'], String(event['output_index']), answer);
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      return answer.addTool(String(event['output_index']), { text: event['delta'] });
  }
}

function readResponse(response: Fields, answer: Answer): void {
  readStatus(response, answer);
  toList(response['output']).forEach((item, index) => {
    for (const part of toList(getField(item, 'content'))) {
      const kind = getField(part, 'type');
      if (kind === 'reasoning_text') answer.addReasoning(getField(part, 'text'));
      else answer.addText(getField(part, 'text') ?? getField(part, 'refusal'));
    }
    for (const part of toList(getField(item, 'summary'))) answer.addReasoning(getField(part, 'text'));
    readToolItem(item, String(index), answer);
  });
}

function readStatus(response: Fields, answer: Answer): void {
  answer.setModel(response['model']);
  answer.setId(response['id']);
  answer.fail(response['error']);
  const { status } = response;
  if (status === 'queued' || status === 'in_progress') return;
  answer.finish(getField(response, 'incomplete_details', 'reason') ?? status);
}

/** Items that are calls of the user's tools, or of MCP servers. Those that the provider ran are counted by the usage. */
function readToolItem(item: unknown, key: string, answer: Answer): void {
  const type = getField(item, 'type');
  if (type !== 'function_call' && type !== 'custom_tool_call' && type !== 'mcp_call') return;
  answer.addTool(key, {
    id: getField(item, 'call_id') ?? getField(item, 'id'),
    name: getField(item, 'name'),
    text: getField(item, 'arguments') ?? getField(item, 'input'),
    whole: true,
  });
}

/** Reads an event of a stream of speech, of a transcription or of an image; false if the document has another format. */
export function readMediaEvent(document: Fields, answer: Answer): boolean {
  const { type } = document;
  if (
    typeof type !== 'string' ||
    !/^(?:transcript\.text|speech\.audio|image_generation|image_edit)\./.test(type)
  )
    return false;
  if (type === 'transcript.text.delta') answer.addText(document['delta']);
  if (type.endsWith('.done') || type.endsWith('.completed')) answer.ended = true;
  return true;
}
