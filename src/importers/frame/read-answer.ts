/** Extracts a model's response from the messages that frameworks record: its text, reasoning and tool calls. */
import { asFields, firstPresent, getField, toList, type Fields } from '../../usage/fields/fields.js';

export type Answer = {
  text?: string;
  reasoning?: string;
  toolCalls?: { id?: string; name: string; arguments: unknown }[];
  finishReason?: string;
};

/**
 * The response in a message or a list of messages, in the forms of OpenAI, Anthropic, Google, LangChain, the AI SDK and the
 * GenAI conventions; undefined if none is recognised. In a conversation, it is the model's last message.
 */
export function readAnswer(value: unknown): Answer | undefined {
  const answer: Answer = {};
  collect(value, answer, 0);
  return Object.keys(answer).length > 0 ? answer : undefined;
}

const MAX_DEPTH = 8;

function collect(value: unknown, answer: Answer, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (typeof value === 'string') addText(answer, value);
  else if (Array.isArray(value)) collectList(value, answer, depth);
  else collectObject(asFields(value), answer, depth);
}

/** A list of content blocks belongs to one message; of a list of messages, the last by the model counts. */
function collectList(list: readonly unknown[], answer: Answer, depth: number): void {
  const roles = list.map(roleOf);
  if (roles.every((role) => role === undefined)) {
    for (const each of list) collect(each, answer, depth + 1);
    return;
  }
  const last = list[roles.findLastIndex((role) => role !== undefined && modelRoles.has(role))];
  if (last !== undefined) collect(last, answer, depth + 1);
}

const modelRoles = new Set(['assistant', 'ai', 'model', 'aimessage', 'aimessagechunk', 'chatbot']);

function roleOf(message: unknown): string | undefined {
  const own = firstPresent(message, 'role') ?? getField(message, 'message', 'role');
  if (typeof own === 'string') return own.toLowerCase();
  const type = firstPresent(message, 'type');
  if (typeof type === 'string' && /^(?:human|ai|system|tool)$/i.test(type)) return type.toLowerCase();
  // LangChain's serialized form names the class.
  const name = toList(firstPresent(message, 'id')).at(-1);
  return typeof name === 'string' && /Message/.test(name) ? name.toLowerCase() : undefined;
}

function collectObject(fields: Fields | undefined, answer: Answer, depth: number): void {
  if (!fields) return;
  const finish = firstPresent(fields, 'finish_reason', 'finishReason', 'stop_reason', 'stopReason');
  if (typeof finish === 'string' && finish !== '') answer.finishReason ??= finish;
  const call = toToolCall(fields);
  if (call) {
    (answer.toolCalls ??= []).push(call);
    return;
  }
  if (isReasoning(fields)) {
    const reasoning = firstPresent(fields, 'thinking', 'reasoning', 'content', 'text', 'summary');
    if (typeof reasoning === 'string') answer.reasoning = (answer.reasoning ?? '') + reasoning;
    return;
  }
  const inner = firstPresent(
    fields,
    'choices',
    'generations',
    'message',
    'messages',
    'kwargs',
    'candidates',
    'lc_kwargs',
  );
  if (inner !== undefined && inner !== '') return collect(inner, answer, depth + 1);
  const content = firstPresent(
    fields,
    'content',
    'contents',
    'parts',
    'text',
    'output_text',
    'message_content',
  );
  if (content !== undefined) collect(content, answer, depth + 1);
  const reasoning = firstPresent(fields, 'reasoning_content', 'reasoning');
  if (typeof reasoning === 'string' && reasoning !== '') answer.reasoning ??= reasoning;
  for (const each of toList(firstPresent(fields, 'tool_calls', 'toolCalls'))) {
    const found = toToolCall(asFields(each) ?? {}, true);
    if (found) (answer.toolCalls ??= []).push(found);
  }
}

function addText(answer: Answer, text: string): void {
  answer.text = answer.text === undefined ? text : answer.text + text;
}

function isReasoning(fields: Fields): boolean {
  const type = firstPresent(fields, 'type');
  return typeof type === 'string' && /^(?:thinking|reasoning|redacted_thinking)$/.test(type);
}

/** A tool call; `isListed` if the position of the object shows that it is one. */
function toToolCall(fields: Fields, isListed = false): NonNullable<Answer['toolCalls']>[number] | undefined {
  const type = firstPresent(fields, 'type');
  const inner = asFields(firstPresent(fields, 'function', 'functionCall', 'tool_call', 'toolCall'));
  const isCall =
    typeof type === 'string' && /^(?:tool[-_]?(?:call|use)|toolCall|function(?:_call)?)$/i.test(type);
  if (!isListed && !isCall && !inner && !('args' in fields && 'name' in fields)) return undefined;
  const holder = inner ?? fields;
  const own = asFields(getField(holder, 'function')) ?? holder;
  const name = firstPresent(own, 'name', 'toolName', 'tool_name');
  if (typeof name !== 'string') return undefined;
  const id = firstPresent(fields, 'id', 'toolCallId', 'tool_call_id', 'call_id');
  return {
    ...(typeof id === 'string' ? { id } : {}),
    name,
    arguments: parseArguments(firstPresent(own, 'arguments', 'args', 'input')),
  };
}

function parseArguments(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
