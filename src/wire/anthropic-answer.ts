/** Reads answers in Anthropic's Messages format, whole and as a stream. */

import { asFields, getField, toList, type Fields } from '../usage/fields/fields.js';
import type { Answer } from './answer.js';

/** Reads a message or an event of its stream; false where the document is neither. */
export function readAnthropicDocument(document: Fields, answer: Answer): boolean {
  switch (document['type']) {
    case 'message':
      readMessage(document, answer);
      return true;
    case 'message_start':
      readMessage(asFields(document['message']) ?? {}, answer);
      return true;
    case 'content_block_start':
      readBlock(document['content_block'], String(document['index']), answer);
      return true;
    case 'content_block_delta':
      readDelta(document['delta'], String(document['index']), answer);
      return true;
    case 'message_delta':
      // The reason alone does not end the stream: message_stop does, and the last counts come with this event.
      if (typeof getField(document, 'delta', 'stop_reason') === 'string') {
        answer.finishReason = getField(document, 'delta', 'stop_reason') as string;
      }
      return true;
    case 'message_stop':
      answer.ended = true;
      return true;
    case 'error':
      answer.fail(document['error']);
      return true;
    case 'completion':
      answer.addText(document['completion']);
      answer.setModel(document['model']);
      answer.finish(document['stop_reason']);
      return true;
  }
  return ['ping', 'content_block_stop'].includes(String(document['type']));
}

function readMessage(message: Fields, answer: Answer): void {
  answer.setModel(message['model']);
  answer.setId(message['id']);
  toList(message['content']).forEach((block, index) => readBlock(block, String(index), answer));
  answer.finish(message['stop_reason']);
}

function readBlock(block: unknown, key: string, answer: Answer): void {
  const type = getField(block, 'type');
  if (type === 'text') answer.addText(getField(block, 'text'));
  if (type === 'thinking') answer.addReasoning(getField(block, 'thinking'));
  if (type !== 'tool_use' && type !== 'mcp_tool_use') return;
  answer.addTool(key, {
    id: getField(block, 'id'),
    name: getField(block, 'name'),
    value: getField(block, 'input'),
  });
}

function readDelta(delta: unknown, key: string, answer: Answer): void {
  answer.addText(getField(delta, 'text'));
  answer.addReasoning(getField(delta, 'thinking'));
  const json = getField(delta, 'partial_json');
  // Tools that the provider runs stream their input too, under a block that was not read as a call.
  if (typeof json === 'string' && answer.hasTool(key)) answer.addTool(key, { text: json });
}
