/** Reads the calls of Codex's session logs without reading their content. */
import { asFields, getField, type Fields } from '../../usage/fields/fields.js';
import type { Usage } from '../../usage/record/usage.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import { textIn } from '../frame/record-text.js';
import { isSameCounts, isOwnInstruction, subtractCounts } from '../sessions/codex-counts.js';
import { STOP, stringAt, valueAt, valueIn, visitMembers } from './json-members.js';
import { isLedgerTime, toIsoTime } from './log-time.js';
import type { LoggedCall, UsageReader } from './logged-call.js';
import { copyText, createTextPool } from './own-text.js';
import { readPlainCodex } from './plain-usage.js';
import { visitHeads } from './visit-lines.js';

type State = {
  session?: string | undefined;
  project?: string | undefined;
  metaMs?: number | undefined;
  isFork?: boolean | undefined;
  model?: string | undefined;
  totals?: Fields | undefined;
  last?: Fields | undefined;
  /** Whether a subscription was known at the last record. */
  plan?: boolean | undefined;
  tools: string[];
  /** The turn: whether the user has begun one, the model has responded in it, and a usage was recorded. */
  hasTurn?: boolean;
  hasOutput?: boolean;
  hasCall?: boolean;
  at?: string | undefined;
};

/** Creates the reader of a log; `resumed` is the state of an earlier reading. */
export function createCodexReader(file: string, resumed: unknown): UsageReader {
  const state: State = { tools: [], ...(asFields(resumed) as Partial<State> | undefined) };
  const calls: LoggedCall[] = [];
  const own = createTextPool();

  /** Most lines are results of tools, and known by their beginning to be of no interest. */
  function readHead(head: string, readText: () => string): boolean {
    const known = lineHead.exec(head);
    if (!known) return false;
    const [, at, type, kind, name] = known;
    if (type === 'event_msg' && kind === 'token_count') {
      const record = valueIn(readText());
      if (record === undefined) return true;
      state.at = copyText(at!);
      readTokens(asFields(getField(record, 'payload')), state.at);
      return true;
    }
    if (type === 'response_item') {
      if (kind === 'reasoning') state.hasOutput = true;
      else if (kind!.endsWith('_call') && name !== undefined) {
        state.hasOutput = true;
        state.tools.push(own(name));
      } else if (!kind!.endsWith('_output')) return false;
    }
    state.at = at === state.at ? at : copyText(at!);
    return true;
  }

  function readLine(text: string): void {
    const line = readEnvelope(text);
    if (!line) return;
    const { type, at, payload } = line;
    state.at = at;
    if (type === 'session_meta') return readMeta(asFields(valueAt(text, payload)), at);
    if (type === 'turn_context') {
      const model = memberAt(text, payload, 'model');
      if (model !== undefined) state.model = own(model);
    } else if (type === 'event_msg') {
      if (memberAt(text, payload, 'type') === 'token_count') readTokens(asFields(valueAt(text, payload)), at);
    } else if (type === 'response_item') readItem(text, payload);
  }

  function readMeta(meta: Fields | undefined, at: string): void {
    if (state.metaMs !== undefined || !meta) return;
    state.metaMs = parseTime(at);
    state.session = textIn(meta, 'id');
    state.project = textIn(meta, 'cwd');
    state.isFork =
      textIn(meta, 'forked_from_id') !== undefined ||
      asFields(getField(meta, 'source', 'subagent')) !== undefined;
  }

  function readTokens(payload: Fields | undefined, at: string): void {
    const info = asFields(payload?.['info']);
    if (!info) return;
    const totals = asFields(info['total_token_usage']);
    const own = asFields(info['last_token_usage']);
    const isRepeat = totals
      ? isSameCounts(totals, state.totals)
      : own !== undefined && isSameCounts(own, state.last);
    const source = totals && state.totals ? subtractCounts(totals, state.totals) : (own ?? totals);
    state.totals = totals ?? state.totals;
    state.last = own;
    if (isRepeat || source === undefined || isCopied(at)) return;
    const limits = asFields(payload?.['rate_limits']);
    addCall(at, textIn(info, 'model') ?? state.model, readPlainCodex(source) ?? null, source, limits);
  }

  function addCall(
    at: string,
    model: string | undefined,
    plain: Usage | null,
    source: Fields | undefined,
    limits: Fields | undefined,
  ): void {
    const usage = plain ?? (source ? readUsage({ usage: source }, { provider: 'openai', model }) : null);
    // Only responses to a subscription report how much of it is used.
    if (limits)
      state.plan = limits['plan_type'] !== null && (limits['primary'] ?? limits['plan_type']) !== undefined;
    calls.push({
      session: state.session ?? file,
      at: copyText(at),
      provider: 'openai',
      model: model ?? 'unknown',
      usage,
      tools: [...new Set(state.tools)],
      plan: state.plan,
      project: state.project,
    });
    Object.assign(state, { tools: [], hasOutput: false, hasCall: true });
  }

  function isCopied(at: string): boolean {
    if (state.isFork !== true || state.metaMs === undefined) return false;
    const ms = parseTime(at);
    return ms !== undefined && ms - state.metaMs < 1000;
  }

  function readItem(text: string, payload: number): void {
    let type: string | undefined;
    let role: string | undefined;
    let name: string | undefined;
    visitMembers(text, payload, (key, value) => {
      if (key === 'type') type = stringAt(text, value);
      else if (key === 'role') role = stringAt(text, value);
      else if (key === 'name') name = stringAt(text, value);
      return undefined;
    });
    type ??= 'message';
    if (type === 'message' && role === 'user') {
      if (isOwnInstruction(valueAt(text, payload))) return;
      finishTurn();
      Object.assign(state, { hasTurn: true, hasCall: false, hasOutput: false });
      return;
    }
    if (type.endsWith('_output') || (type === 'message' && role !== 'assistant')) return;
    state.hasOutput = true;
    if (type.endsWith('_call')) state.tools.push(own(name ?? type.replace(/_call$/, '')));
  }

  /** A turn without a recorded usage: the model responded, and the cost is unknown. */
  function finishTurn(): void {
    if (state.hasTurn && state.hasOutput && !state.hasCall && state.at !== undefined)
      addCall(state.at, state.model, null, undefined, undefined);
  }

  return {
    read: (lines) => visitHeads(lines, (head, line) => readHead(head, line) || readLine(line())),
    point: (offset) => ({ offset, finalCalls: calls.length, state: structuredClone(state) }),
    finish() {
      finishTurn();
      return calls;
    },
  };
}

const read: ReadonlySet<string> = new Set(['session_meta', 'turn_context', 'event_msg', 'response_item']);

/** The beginning of a line as Codex writes it: the time, the type, the type of the payload and, where it follows, the name of a tool. */
const lineHead =
  /^\{"timestamp":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","type":"(event_msg|response_item)","payload":\{"type":"(\w+)"[,}](?:"name":"([\w.-]+)",)?/;

/** The type and time of a line, and where its payload is; the payload of other lines is not even skipped. */
function readEnvelope(text: string): { type: string; at: string; payload: number } | undefined {
  let type: string | undefined;
  let at: string | undefined;
  let payload = -1;
  const end = visitMembers(text, 0, (key, value) => {
    if (key === 'timestamp') at = stringAt(text, value);
    else if (key === 'type') type = stringAt(text, value);
    else if (key === 'payload') payload = value;
    return type !== undefined && !read.has(type) ? STOP : undefined;
  });
  if (end < 0 || type === undefined || at === undefined || text[payload] !== '{') return undefined;
  const time = isLedgerTime(at) ? at : toIsoTime(at);
  return time === undefined ? undefined : { type, at: time, payload };
}

function memberAt(text: string, at: number, name: string): string | undefined {
  let found: string | undefined;
  visitMembers(text, at, (key, value) => {
    if (key !== name) return undefined;
    found = stringAt(text, value);
    return STOP;
  });
  return found;
}
