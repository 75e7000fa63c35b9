/** Reads the calls of Claude Code's session logs without reading their content. */
import { asFields } from '../../usage/fields/fields.js';
import type { Usage } from '../../usage/record/usage.js';
import { readUsage } from '../frame/call-usage.js';
import { countAt, isLiteral, STOP, stringAt, valueAt, visitItems, visitMembers } from './json-members.js';
import type { LoggedCall, UsageReader } from './logged-call.js';
import { isLedgerTime, toIsoTime } from './log-time.js';
import { copyText, createTextPool } from './own-text.js';
import { visitLines } from './visit-lines.js';

type State = Readonly<{ session?: string | undefined; project?: string | undefined }>;

/** Lines with this text may be responses. Inside a string its quotes would be escaped, so it is always a key. */
const NEEDLE = '"input_tokens":';

/** Creates the reader of a log; `resumed` is the state of an earlier reading. */
export function createClaudeReader(file: string, resumed: unknown): UsageReader {
  let { session, project }: State = asFields(resumed) ?? {};
  const calls: Draft[] = [];
  const own = createTextPool();
  const byId = new Map<string, number>();
  /** Where the first line of the last call is, and the state before it. */
  let lastStart = 0;
  let before: State = { session, project };

  function readLine(text: string, start: number): void {
    const line = readAssistant(text);
    if (!line) return;
    const { message } = line;
    if (message.model === '<synthetic>') return;
    const known = line.key === undefined ? undefined : byId.get(line.key);
    if (known !== undefined) {
      const call = calls[known]!;
      call.usage = usageOf(text, message) ?? call.usage;
      if (message.tools.length > 0) call.tools = [...new Set([...call.tools, ...message.tools.map(own)])];
      return;
    }
    before = { session, project };
    lastStart = start;
    session = line.session === undefined ? session : own(line.session);
    project = line.project === undefined ? project : own(line.project);
    if (line.key !== undefined) byId.set(line.key, calls.length);
    calls.push({
      session: session ?? file,
      at: copyText(line.at),
      provider: 'anthropic',
      model: own(message.model ?? 'unknown'),
      usage: usageOf(text, message),
      response: message.id === undefined ? undefined : copyText(message.id),
      request: line.request === undefined ? undefined : copyText(line.request),
      tools: message.tools.map(own),
      // Anthropic's models in a cloud are not part of any subscription.
      plan: message.id !== undefined && /^msg_(?:bdrk|vrtx)_/.test(message.id) ? false : undefined,
      project,
    });
  }

  return {
    read: (lines, offset) => visitLines(lines, NEEDLE, (line, from) => readLine(line, offset + from)),
    // The next line may belong to the last call.
    point: (offset) =>
      calls.length === 0
        ? { offset, finalCalls: 0, state: { session, project } }
        : { offset: lastStart, finalCalls: calls.length - 1, state: before },
    finish: () => calls,
  };
}

/** A call whose later lines are still to come. */
type Draft = Omit<LoggedCall, 'usage' | 'tools'> & { usage: Usage | null; tools: readonly string[] };

type Message = {
  id: string | undefined;
  role: string | undefined;
  model: string | undefined;
  /** Where its usage is; -1 without one. */
  usageAt: number;
  tools: readonly string[];
};

type Line = Readonly<{
  message: Message;
  key: string | undefined;
  request: string | undefined;
  at: string;
  session: string | undefined;
  project: string | undefined;
}>;

function readAssistant(text: string): Line | undefined {
  let type: string | undefined;
  let at: string | undefined;
  let request: string | undefined;
  let session: string | undefined;
  let project: string | undefined;
  let message: Message | undefined;
  const end = visitMembers(text, 0, (key, value) => {
    switch (key) {
      case 'type':
        type = stringAt(text, value);
        return type === 'user' ? STOP : undefined;
      case 'timestamp':
        at = stringAt(text, value);
        return undefined;
      case 'requestId':
        request = stringAt(text, value);
        return undefined;
      case 'sessionId':
        session = stringAt(text, value);
        return undefined;
      case 'cwd':
        project = stringAt(text, value);
        return undefined;
      case 'message':
        message = { id: undefined, role: undefined, model: undefined, usageAt: -1, tools: NONE };
        return readMessage(text, value, message);
      default:
        return undefined;
    }
  });
  if (end < 0 || !message || at === undefined) return undefined;
  // Some programs that write such logs leave the type out.
  const isAssistant = type === undefined ? message.role === 'assistant' : type === 'assistant';
  if (!isAssistant || message.usageAt < 0) return undefined;
  const time = isLedgerTime(at) ? at : toIsoTime(at);
  if (time === undefined) return undefined;
  const key = message.id === undefined ? undefined : `${message.id}/${request ?? ''}`;
  return { message, key, request, at: time, session, project };
}

function readMessage(text: string, at: number, message: Message): number {
  return visitMembers(text, at, (key, value) => {
    switch (key) {
      case 'role':
      case 'id':
      case 'model':
        message[key] = stringAt(text, value);
        return undefined;
      case 'usage':
        if (text[value] === '{') message.usageAt = value;
        return undefined;
      case 'content': {
        const tools: string[] = [];
        const after = visitItems(text, value, (item) => readBlock(text, item, tools));
        if (tools.length > 0) message.tools = tools;
        return after;
      }
      default:
        return undefined;
    }
  });
}

function usageOf(text: string, { usageAt, model }: Message): Usage | null {
  if (usageAt < 0) return null;
  const plain = readPlainUsage(text, usageAt);
  return plain ?? readUsage({ usage: valueAt(text, usageAt) }, { provider: 'anthropic', model });
}

function readBlock(text: string, at: number, tools: string[]): number {
  let type: string | undefined;
  let name: string | undefined;
  const end = visitMembers(text, at, (key, value) => {
    if (key === 'type') type = stringAt(text, value);
    else if (key === 'name') name = stringAt(text, value);
    return undefined;
  });
  if (type === 'tool_use') tools.push(name ?? 'tool');
  return end;
}

/**
 * The usage of a usual response: counts alone, on the standard tier, without tools of the provider. undefined for any other one, which
 * the normalizer reads in forty times as long.
 */
function readPlainUsage(text: string, at: number): Usage | undefined {
  let input = -1;
  let output = -1;
  let read = -1;
  let write = -1;
  let short = -1;
  let long = -1;
  const end = visitMembers(text, at, (key, value) => {
    switch (key) {
      case 'input_tokens':
        return (input = countAt(text, value)) < 0 ? STOP : undefined;
      case 'output_tokens':
        return (output = countAt(text, value)) < 0 ? STOP : undefined;
      case 'cache_read_input_tokens':
        return (read = countAt(text, value)) < 0 ? STOP : undefined;
      case 'cache_creation_input_tokens':
        return (write = countAt(text, value)) < 0 ? STOP : undefined;
      case 'cache_creation':
        return visitMembers(text, value, (name, from) => {
          const count = countAt(text, from);
          if (name === 'ephemeral_5m_input_tokens') short = count;
          else if (name === 'ephemeral_1h_input_tokens') long = count;
          else return STOP;
          return count < 0 ? STOP : undefined;
        });
      case 'server_tool_use':
        if (isLiteral(text, value, 'null')) return undefined;
        return visitMembers(text, value, (_, from) => (countAt(text, from) === 0 ? undefined : STOP));
      case 'service_tier':
      case 'speed':
        return isLiteral(text, value, '"standard"') || isLiteral(text, value, 'null') ? undefined : STOP;
      case 'inference_geo':
        return neutralPlaces.some((place) => isLiteral(text, value, place)) ? undefined : STOP;
      case 'iterations':
        return isLiteral(text, value, '[]') || isLiteral(text, value, 'null') ? undefined : STOP;
      default:
        return STOP;
    }
  });
  if (end < 0 || input < 0 || output < 0) return undefined;
  const written = Math.max(write, 0);
  if (short >= 0 && (long < 0 || short + long !== written)) return undefined;
  return {
    input: input + Math.max(read, 0) + written,
    ...(read < 0 ? undefined : { cacheRead: read }),
    ...(write < 0 ? undefined : { cacheWrite: write }),
    ...(short < 0 ? undefined : { cacheWrite5m: short, cacheWrite1h: long }),
    output,
    source: 'anthropic',
    convention: 'exclusive',
    warnings: NONE,
  };
}

const NONE: readonly string[] = [];

/** Places that have no price of their own. */
const neutralPlaces = ['""', 'null', '"not_available"', '"global"'];
