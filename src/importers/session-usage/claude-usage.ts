/** Reads the calls of Claude Code's session logs without reading their content. */
import { asFields, type Fields } from '../../usage/fields/fields.js';
import type { Usage } from '../../usage/record/usage.js';
import { readUsage } from '../frame/call-usage.js';
import { STOP, stringAt, valueAt, visitItems, visitMembers } from './json-members.js';
import type { LoggedCall, UsageReader } from './logged-call.js';
import { isAscii24, toIsoTime } from './log-time.js';
import { visitLines } from './visit-lines.js';

type State = Readonly<{ session?: string | undefined; project?: string | undefined }>;

/** Lines with this text may be responses. Inside a string its quotes would be escaped, so it is always a key. */
const NEEDLE = '"usage":';

/** Creates the reader of a log; `resumed` is the state of an earlier reading. */
export function createClaudeReader(file: string, resumed: unknown): UsageReader {
  let { session, project }: State = asFields(resumed) ?? {};
  const calls: LoggedCall[] = [];
  const byId = new Map<string, number>();
  /** Where the first line of the last call is, and the state before it. */
  let lastStart = 0;
  let before: State = { session, project };

  function readLine(text: string, from: number, to: number, offset: number): void {
    const line = readAssistant(text, from, to);
    if (!line) return;
    const { message } = line;
    if (message.model === '<synthetic>') return;
    const known = line.key === undefined ? undefined : byId.get(line.key);
    if (known !== undefined) {
      const call = calls[known]!;
      const tools = [...new Set([...call.tools, ...message.tools])];
      calls[known] = { ...call, usage: message.usage ?? call.usage, tools };
      return;
    }
    before = { session, project };
    lastStart = offset + from;
    session = line.session ?? session;
    project = line.project ?? project;
    if (line.key !== undefined) byId.set(line.key, calls.length);
    calls.push({
      session: session ?? file,
      at: line.at,
      provider: 'anthropic',
      model: message.model ?? 'unknown',
      usage: message.usage,
      response: message.id,
      request: line.request,
      tools: message.tools,
      // Anthropic's models in a cloud are not part of any subscription.
      plan: message.id !== undefined && /^msg_(?:bdrk|vrtx)_/.test(message.id) ? false : undefined,
      project,
    });
  }

  return {
    read: (text, offset) => visitLines(text, NEEDLE, (from, to) => readLine(text, from, to, offset)),
    // The next line may belong to the last call.
    point: (offset) =>
      calls.length === 0
        ? { offset, finalCalls: 0, state: { session, project } }
        : { offset: lastStart, finalCalls: calls.length - 1, state: before },
    finish: () => calls,
  };
}

type Message = {
  id: string | undefined;
  model: string | undefined;
  usage: Usage | null;
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

function readAssistant(text: string, from: number, to: number): Line | undefined {
  let type: string | undefined;
  let role: string | undefined;
  let at: string | undefined;
  let request: string | undefined;
  let session: string | undefined;
  let project: string | undefined;
  let message: (Message & { role: string | undefined; hasUsage: boolean }) | undefined;
  const end = visitMembers(text, from, (key, value) => {
    switch (key) {
      case 'type':
        type = stringAt(text, value);
        return type === 'assistant' ? undefined : type === 'user' ? STOP : undefined;
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
      case 'message': {
        const draft = {
          id: undefined,
          model: undefined,
          usage: null,
          tools: [],
          role: undefined,
          hasUsage: false,
        };
        message = draft;
        return readMessage(text, value, draft);
      }
      default:
        return undefined;
    }
  });
  role = message?.role;
  if (end < 0 || end > to || !message || at === undefined) return undefined;
  if (type !== 'assistant' && !(role === 'assistant' && message.hasUsage && type === undefined))
    return undefined;
  const time = isAscii24(at) ? at : toIsoTime(at);
  if (time === undefined) return undefined;
  const key = message.id === undefined ? undefined : `${message.id}/${request ?? ''}`;
  return { message, key, request, at: time, session, project };
}

function readMessage(
  text: string,
  at: number,
  message: Message & { role: string | undefined; hasUsage: boolean },
): number {
  let usageAt = -1;
  const end = visitMembers(text, at, (key, value) => {
    switch (key) {
      case 'role':
        message.role = stringAt(text, value);
        return undefined;
      case 'id':
        message.id = stringAt(text, value);
        return undefined;
      case 'model':
        message.model = stringAt(text, value);
        return undefined;
      case 'usage':
        usageAt = value;
        return undefined;
      case 'content': {
        const tools = new Set<string>();
        const after = visitItems(text, value, (item) => readBlock(text, item, tools));
        if (tools.size > 0) message.tools = [...tools];
        return after;
      }
      default:
        return undefined;
    }
  });
  const usage = usageAt < 0 ? undefined : asFields(valueAt(text, usageAt));
  message.hasUsage = usage !== undefined;
  if (usage)
    message.usage =
      toPlainUsage(usage) ?? readUsage({ usage }, { provider: 'anthropic', model: message.model });
  return end;
}

function readBlock(text: string, at: number, tools: Set<string>): number {
  let type: string | undefined;
  let name: string | undefined;
  const end = visitMembers(text, at, (key, value) => {
    if (key === 'type') type = stringAt(text, value);
    else if (key === 'name') name = stringAt(text, value);
    return undefined;
  });
  if (type === 'tool_use') tools.add(name ?? 'tool');
  return end;
}

/**
 * The usage of a usual response: counts alone, on the standard tier, without tools of the provider. The normalizer reads any other
 * one, in forty times as long.
 */
export function toPlainUsage(usage: Fields): Usage | undefined {
  const input = usage['input_tokens'];
  const output = usage['output_tokens'];
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  const draft: { -readonly [K in keyof Usage]?: Usage[K] } = {};
  for (const key in usage) {
    const value = usage[key];
    switch (key) {
      case 'input_tokens':
      case 'output_tokens':
        break;
      case 'cache_read_input_tokens':
        if (typeof value !== 'number') return undefined;
        draft.cacheRead = value;
        break;
      case 'cache_creation_input_tokens':
        if (typeof value !== 'number') return undefined;
        draft.cacheWrite = value;
        break;
      case 'cache_creation': {
        const {
          ephemeral_5m_input_tokens: short,
          ephemeral_1h_input_tokens: long,
          ...more
        } = asFields(value) ?? {};
        if (typeof short !== 'number' || typeof long !== 'number' || !isEmpty(more)) return undefined;
        draft.cacheWrite5m = short;
        draft.cacheWrite1h = long;
        break;
      }
      case 'service_tier':
      case 'speed':
        if (value !== 'standard' && value !== null) return undefined;
        break;
      case 'inference_geo':
        if (value !== '' && value !== null && value !== 'not_available') return undefined;
        break;
      case 'server_tool_use':
        if (value !== null && Object.values(asFields(value) ?? { value }).some((count) => count !== 0))
          return undefined;
        break;
      case 'iterations':
        if (!Array.isArray(value) || value.length > 0) return undefined;
        break;
      default:
        return undefined;
    }
  }
  const write = draft.cacheWrite ?? 0;
  if ((draft.cacheWrite5m ?? write) + (draft.cacheWrite1h ?? 0) !== write) return undefined;
  const all = input + (draft.cacheRead ?? 0) + write;
  if (!(all >= 0 && output >= 0 && input >= 0)) return undefined;
  return { ...draft, input: all, output, ...PLAIN };
}

const PLAIN = { source: 'anthropic', convention: 'exclusive', warnings: [] as readonly string[] } as const;

function isEmpty(fields: object): boolean {
  for (const _ in fields) return false;
  return true;
}
