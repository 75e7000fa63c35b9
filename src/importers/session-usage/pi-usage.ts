/** Reads the calls of pi's session logs without reading their content. */
import { asFields, type Fields } from '../../usage/fields/fields.js';
import { readUsage } from '../frame/call-usage.js';
import { stringAt, valueAt, visitItems, visitMembers } from './json-members.js';
import { isLedgerTime, toIsoTime } from './log-time.js';
import type { LoggedCall, UsageReader } from './logged-call.js';
import { copyText, createTextPool } from './own-text.js';
import { readPlainPi } from './plain-usage.js';
import { visitHeads } from './visit-lines.js';

type State = { session?: string | undefined; project?: string | undefined };

/** Providers that are reached with a subscription only. */
const planProviders: ReadonlySet<string> = new Set([
  'openai-codex',
  'github-copilot',
  'google-gemini-cli',
  'google-antigravity',
]);

/** Creates the reader of a log; `resumed` is the state of an earlier reading. */
export function createPiReader(file: string, resumed: unknown): UsageReader {
  const state: State = { ...asFields(resumed) };
  const calls: LoggedCall[] = [];
  const own = createTextPool();

  function readLine(text: string): void {
    let type: string | undefined;
    let at: string | undefined;
    let messageAt = -1;
    const end = visitMembers(text, 0, (key, value) => {
      if (key === 'type') type = stringAt(text, value);
      else if (key === 'timestamp') at = stringAt(text, value);
      else if (key === 'message') messageAt = value;
      return undefined;
    });
    if (end < 0 || at === undefined) return;
    if (type === 'session' && state.session === undefined) {
      const header = asFields(valueAt(text, 0)) ?? {};
      state.session = typeof header['id'] === 'string' ? header['id'] : undefined;
      state.project = typeof header['cwd'] === 'string' ? header['cwd'] : undefined;
    }
    const message = messageAt < 0 ? undefined : readMessage(text, messageAt);
    const time = isLedgerTime(at) ? at : toIsoTime(at);
    if (message?.role !== 'assistant' || time === undefined) return;
    const { provider = 'unknown', model = 'unknown', usage, stop, tools } = message;
    calls.push({
      session: state.session ?? file,
      at: copyText(time),
      provider: own(provider),
      model: own(model),
      usage: usage ? (readPlainPi(usage) ?? readUsage({ usage }, { provider, model })) : null,
      tools: tools.map(own),
      ...(stop === 'error' || stop === 'aborted' ? { failed: true } : {}),
      plan: planProviders.has(provider),
      project: state.project,
    });
  }

  return {
    read: (lines) => visitHeads(lines, (head, line) => otherMessage.test(head) || readLine(line())),
    point: (offset) => ({ offset, finalCalls: calls.length, state: { ...state } }),
    finish: () => calls,
  };
}

/** The beginning of a message that is no response of a model, as pi writes it. */
const otherMessage =
  /^\{"type":"message","id":"[^"\\]*","parentId":(?:null|"[^"\\]*"),"timestamp":"[^"\\]*","message":\{"role":"(?!assistant")\w+"[,}]/;

type Message = {
  role?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  stop?: string | undefined;
  usage?: Fields | undefined;
  tools: string[];
};

function readMessage(text: string, at: number): Message {
  const message: Message = { tools: [] };
  visitMembers(text, at, (key, value) => {
    switch (key) {
      case 'role':
      case 'provider':
      case 'model':
        message[key] = stringAt(text, value);
        return undefined;
      case 'stopReason':
        message.stop = stringAt(text, value);
        return undefined;
      case 'usage':
        message.usage = asFields(valueAt(text, value));
        return undefined;
      case 'content':
        return visitItems(text, value, (item) => readBlock(text, item, message.tools));
      default:
        return undefined;
    }
  });
  return message;
}

function readBlock(text: string, at: number, tools: string[]): number {
  let type: string | undefined;
  let name: string | undefined;
  const end = visitMembers(text, at, (key, value) => {
    if (key === 'type') type = stringAt(text, value);
    else if (key === 'name') name = stringAt(text, value);
    return undefined;
  });
  if (type === 'toolCall' && !tools.includes(name ?? 'tool')) tools.push(name ?? 'tool');
  return end;
}
