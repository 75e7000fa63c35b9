/** Collects the parts of one answer from the documents of a response, whichever format they are in. */

import { asFields, getField, toList } from '../usage/fields/fields.js';
import type { WireError, WireToolCall } from './wire-call.js';

/** An answer as far as it was read. The readers of the formats add to it. */
export class Answer {
  text = '';
  reasoning = '';
  model: string | undefined;
  id: string | undefined;
  finishReason: string | undefined;
  error: WireError | undefined;
  /** Whether the format's own end of an answer was seen. */
  ended = false;
  readonly #tools = new Map<string, { id?: string; name: string; text: string; value?: unknown }>();

  addText(text: unknown): void {
    if (typeof text === 'string') this.text += text;
  }

  addReasoning(text: unknown): void {
    if (typeof text === 'string') this.reasoning += text;
  }

  /** The last name of the model is the one that answered; empty names in chunks are ignored. */
  setModel(model: unknown): void {
    if (typeof model === 'string' && model !== '') this.model = model.replace(/^models\//, '');
  }

  setId(id: unknown): void {
    if (typeof id === 'string' && id !== '') this.id ??= id;
  }

  /** Keeps a reason to finish; formats write null until there is one. */
  finish(reason: unknown): void {
    if (typeof reason !== 'string' || reason === '') return;
    this.finishReason = reason;
    this.ended = true;
  }

  fail(error: unknown): void {
    const read = readError(error);
    if (read) this.error ??= read;
  }

  /**
   * Adds to the tool call known as `key`. `text` is a piece of its arguments as JSON, `value` all of them; with `whole`,
   * `text` replaces the pieces so far.
   */
  addTool(
    key: string,
    part: { id?: unknown; name?: unknown; text?: unknown; value?: unknown; whole?: boolean },
  ): void {
    const tool = this.#tools.get(key) ?? { name: '', text: '' };
    this.#tools.set(key, tool);
    if (typeof part.id === 'string' && part.id !== '') tool.id = part.id;
    if (typeof part.name === 'string' && part.name !== '') tool.name = part.name;
    if (typeof part.text === 'string') tool.text = part.whole ? part.text : tool.text + part.text;
    else if (part.text !== undefined && part.text !== null) tool.value = part.text;
    if (part.value !== undefined) tool.value = part.value;
  }

  get isEmpty(): boolean {
    return this.text === '' && this.reasoning === '' && this.#tools.size === 0;
  }

  hasTool(key: string): boolean {
    return this.#tools.has(key);
  }

  get toolCount(): number {
    return this.#tools.size;
  }

  get toolCalls(): WireToolCall[] {
    return [...this.#tools.values()].map(({ id, name, text, value }) => ({
      ...(id === undefined ? {} : { id }),
      name,
      arguments: text === '' ? (value ?? {}) : parseArguments(text),
    }));
  }
}

/** The error that a document reports, in the forms in which providers and gateways write one. */
export function readError(error: unknown): WireError | undefined {
  if (typeof error === 'string') return error === '' ? undefined : { message: error };
  const fields = asFields(error);
  if (!fields) return undefined;
  const nested = asFields(fields['error']);
  if (nested) return readError(nested);
  const message = [
    fields['message'],
    fields['Message'],
    fields['msg'],
    fields['detail'],
    fields['error'],
    fields['error_msg'],
  ]
    .map((each) => textOf(each))
    .find((each) => each !== undefined);
  if (message === undefined) return undefined;
  const type = fields['type'] ?? fields['status'] ?? fields['__type'];
  const code = fields['code'];
  return {
    message,
    ...(typeof type === 'string' && type !== 'error' ? { type } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
  };
}

/** The text of a message, or of the list of messages that validation errors are. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  const messages = toList(value).flatMap((each) => {
    const message = typeof each === 'string' ? each : (getField(each, 'msg') ?? getField(each, 'message'));
    return typeof message === 'string' ? [message] : [];
  });
  return messages.length > 0 ? messages.join('; ') : undefined;
}

function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
