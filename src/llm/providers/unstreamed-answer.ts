/** Converts a complete answer, as servers send it that ignore `stream`, to the events of a stream. */
import { isJsonObject, tryParseJson } from '../../lib/data/json-object.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The server-sent events of a complete answer: an OpenAI chat completion or response, an Anthropic message, or Gemini content.
 * Undefined for anything else, errors included, and for an answer of another API than the one that the path belongs to.
 */
export function convertToEvents(text: string, path: string): string | undefined {
  const body = tryParseJson(text);
  const { name, events } = readForm(body) ?? {};
  const expected = PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? name;
  return name === expected ? events?.() : undefined;
}

type Form = Readonly<{ name: 'completion' | 'message' | 'response' | 'gemini'; events: () => string }>;

/** How the paths of the APIs end. */
const PATHS: readonly (readonly [RegExp, Form['name']])[] = [
  [/\/completions$/, 'completion'],
  [/\/messages$/, 'message'],
  [/\/responses$/, 'response'],
  [/:(?:stream)?generateContent$/i, 'gemini'],
];

function readForm(body: unknown): Form | undefined {
  // Gemini streams a JSON array of chunks unless the request is for events.
  const chunks: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (chunks.every(isGemini)) return { name: 'gemini', events: () => chunks.map(formatEvent).join('') };
  if (!isJsonObject(body)) return undefined;
  const { choices, content, output } = body;
  if (Array.isArray(choices)) return { name: 'completion', events: () => fromCompletion(body, choices) };
  if (body['type'] === 'message' && Array.isArray(content))
    return { name: 'message', events: () => fromMessage(body, content) };
  if (body['object'] === 'response' && Array.isArray(output))
    return { name: 'response', events: () => fromResponse(body, output) };
  return undefined;
}

function fromCompletion({ usage, ...body }: Json, choices: readonly unknown[]): string {
  const base = { ...body, object: 'chat.completion.chunk' };
  const deltas = choices.filter(isJsonObject).map(({ message, text, finish_reason, ...choice }, index) => {
    const delta = isJsonObject(message) ? message : { role: 'assistant', content: text };
    const calls = delta['tool_calls'];
    const numbered = Array.isArray(calls)
      ? { tool_calls: calls.map((call, at) => ({ index: at, ...(call as object) })) }
      : {};
    return { index, ...choice, delta: { ...delta, ...numbered }, finish_reason: finish_reason ?? 'stop' };
  });
  const chunks = [{ ...base, choices: deltas }, ...(usage ? [{ ...base, choices: [], usage }] : [])];
  return `${chunks.map(formatEvent).join('')}data: [DONE]\n\n`;
}

function fromMessage(message: Json, content: readonly unknown[]): string {
  const { stop_reason, stop_sequence = null, usage } = message;
  const start = { ...message, content: [], stop_reason: null, stop_sequence: null };
  const blocks = content.filter(isJsonObject).flatMap((block, index) => {
    const { type, text, thinking } = block;
    const delta =
      type === 'text'
        ? { type: 'text_delta', text }
        : type === 'thinking'
          ? { type: 'thinking_delta', thinking }
          : { type: 'input_json_delta', partial_json: JSON.stringify(block['input'] ?? {}) };
    const empty =
      type === 'text'
        ? { type, text: '' }
        : type === 'thinking'
          ? { type, thinking: '' }
          : { ...block, input: {} };
    return [
      { type: 'content_block_start', index, content_block: empty },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ];
  });
  return [
    { type: 'message_start', message: start },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: usage ?? {} },
    { type: 'message_stop' },
  ]
    .map((event) => `event: ${event.type}\n${formatEvent(event)}`)
    .join('');
}

function fromResponse(response: Json, output: readonly unknown[]): string {
  const events: Json[] = [{ type: 'response.created', response: { ...response, output: [] } }];
  for (const [index, item] of output.filter(isJsonObject).entries()) {
    const at = { output_index: index };
    events.push({ type: 'response.output_item.added', ...at, item });
    const parts = item['type'] === 'message' && Array.isArray(item['content']) ? item['content'] : [];
    for (const [place, part] of parts.filter(isJsonObject).entries()) {
      if (part['type'] !== 'output_text') continue;
      const where = { ...at, item_id: item['id'], content_index: place };
      events.push({ type: 'response.output_text.delta', ...where, delta: part['text'] });
    }
    events.push({ type: 'response.output_item.done', ...at, item });
  }
  const end = response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
  events.push({ type: end, response });
  return events.map((event, n) => formatEvent({ sequence_number: n, ...event })).join('');
}

function formatEvent(event: unknown): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

function isGemini(value: unknown): boolean {
  return isJsonObject(value) && (Array.isArray(value['candidates']) || isJsonObject(value['promptFeedback']));
}
