/** Describes the parts of a request to a model: what filled its context, and what a prompt cache can recognise. */
import { createHash } from 'node:crypto';
import type { EventOf } from '../event/event.js';

/** One part of a request: the system prompt, the tools, or a message. */
export type RequestPart = NonNullable<EventOf<'llm.request'>['parts']>[number];

/** The contents of a request as it was sent. */
export type RequestContent = Readonly<{ system?: unknown; prompt?: unknown; toolDefinitions?: unknown }>;

/** Digits of the hash that are kept: 64 bits identify a part within all traces of a machine. */
const HASH_DIGITS = 16;

/**
 * The parts of a request in the order in which providers cache them: tools, system prompt, messages. Sizes and hashes are
 * those of the full content, before anything is truncated or masked.
 */
export function describeParts({ system, prompt, toolDefinitions }: RequestContent): RequestPart[] {
  const parts: RequestPart[] = [];
  if (toolDefinitions !== undefined) parts.push(describePart('tools', toolDefinitions));
  if (system !== undefined) parts.push(describePart('system', system));
  if (isMessages(prompt)) for (const message of prompt) parts.push(describeMessage(message));
  else if (prompt !== undefined) parts.push(describePart('user', prompt));
  return parts;
}

type Message = Readonly<Record<string, unknown>>;

/** A list of texts is one part, such as the input of an embedding. */
function isMessages(prompt: unknown): prompt is readonly Message[] {
  return (
    Array.isArray(prompt) &&
    prompt.length > 0 &&
    prompt.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each))
  );
}

/** Messages are hashed once: an agent sends the objects of its history again with every request. */
const described = new WeakMap<Message, RequestPart>();

function describeMessage(message: Message): RequestPart {
  const known = described.get(message);
  if (known) return known;
  const { role, type, name, ...content } = message;
  const spoken = role ?? type;
  const keys = Object.keys(content);
  const only = keys.length === 1 ? content[keys[0]!] : content;
  const part = describePart(typeof spoken === 'string' ? spoken : 'user', only);
  if (typeof name === 'string') part.name = name;
  described.set(message, part);
  return part;
}

function describePart(role: string, content: unknown): RequestPart {
  const text = typeof content === 'string' ? content : (JSON.stringify(content) ?? '');
  const sha256 = createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  return { role, chars: text.length, bytes: Buffer.byteLength(text), sha256 };
}
