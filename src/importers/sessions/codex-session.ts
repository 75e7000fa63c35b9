/** Imports the session logs of Codex: JSON lines under ~/.codex/sessions. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import type { CallDetail, ForeignRun } from '../frame/foreign-run.js';
import { readAnswer } from '../frame/read-answer.js';
import { isOwnInstruction, isSameCounts, subtractCounts } from './codex-counts.js';
import { groupTurns } from './group-turns.js';
import { SessionThread, type SessionSpans } from './session-thread.js';
import { textIn, toText } from '../frame/record-text.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

const types: ReadonlySet<unknown> = new Set([
  'session_meta',
  'turn_context',
  'response_item',
  'event_msg',
  'compacted',
]);

/** Whether a record is a line of such a log. */
export function isCodex(record: unknown): boolean {
  return types.has(getField(record, 'type')) && asFields(getField(record, 'payload')) !== undefined;
}

/** A session. */
export async function importCodex(records: ForeignRecords): Promise<ForeignRun> {
  const reader = new CodexReader();
  for await (const { value, reread } of records) {
    if (isCodex(value)) reader.read(asFields(value)!, () => asFields(getField(reread(), 'payload')) ?? {});
  }
  return reader.finish();
}

type Reread = () => Fields;

class CodexReader {
  readonly #to: SessionSpans = { spans: [], marks: [] };
  #thread: SessionThread | undefined;
  #meta: Fields = {};
  #metaMs: number | undefined;
  #model: string | undefined;
  /** Totals of the session at the last record of usage, and that record's own counts. */
  #totals: Fields | undefined;
  #last = '';
  /** The model's output since the last record of usage. */
  #output: Reread[] = [];
  #calls = 0;

  read(line: Fields, reread: Reread): void {
    const atMs = parseTime(line['timestamp']);
    if (atMs === undefined) return;
    const payload = asFields(line['payload'])!;
    this.#thread ??= new SessionThread(
      this.#to,
      { id: 'session', kind: 'agent', name: 'Codex', startMs: atMs, detail: () => ({}) },
      { hasTurns: true },
    );
    switch (line['type']) {
      case 'session_meta':
        if (this.#metaMs === undefined) [this.#meta, this.#metaMs] = [payload, atMs];
        break;
      case 'turn_context':
        this.#model = textIn(payload, 'model') ?? this.#model;
        break;
      case 'event_msg':
        this.#readEvent(payload, reread, atMs, this.#thread);
        break;
      case 'response_item':
        this.#readItem(payload, reread, atMs, this.#thread);
        break;
      case 'compacted':
        this.#thread.addCompaction(`compaction-${atMs}`, atMs, undefined, () => reread()['message']);
        break;
    }
    this.#thread.touch(atMs);
  }

  finish(): ForeignRun {
    if (this.#thread) this.#addUnknown(this.#thread);
    const { id, project } = { id: textIn(this.#meta, 'id'), project: textIn(this.#meta, 'cwd') };
    const commit = textIn(this.#meta['git'], 'commit_hash');
    return {
      format: 'codex',
      ...(id === undefined ? {} : { id }),
      name: this.#thread?.turns.find(({ label }) => label !== undefined)?.label ?? 'Codex',
      spans: [...this.#to.spans, ...(this.#thread ? groupTurns(this.#thread) : [])],
      marks: this.#to.marks,
      ...(project === undefined ? {} : { project }),
      ...(commit === undefined ? {} : { commit }),
    };
  }

  #readEvent(payload: Fields, reread: Reread, atMs: number, thread: SessionThread): void {
    switch (payload['type']) {
      case 'token_count':
        return this.#readTokens(asFields(payload['info']), reread, atMs, thread);
      case 'error':
      case 'stream_error':
      case 'turn_aborted':
        return thread.addLog(atMs, () => ({
          type: 'log',
          stream: 'warning',
          text: textIn(reread(), 'message', 'reason') ?? String(payload['type']),
        }));
    }
  }

  /** The session's totals grow by each call; a record that repeats them is not a call. */
  #readTokens(info: Fields | undefined, reread: Reread, atMs: number, thread: SessionThread): void {
    if (!info) return;
    const totals = asFields(info['total_token_usage']);
    const own = asFields(info['last_token_usage']);
    const isRepeat = totals ? isSameCounts(totals, this.#totals) : JSON.stringify(own) === this.#last;
    const source = totals && this.#totals ? subtractCounts(totals, this.#totals) : (own ?? totals);
    this.#totals = totals ?? this.#totals;
    this.#last = JSON.stringify(own);
    // A session that continues another one starts with a copy of its records, all written at the same time.
    if (isRepeat || source === undefined || this.#isCopied(atMs)) return;
    const model = textIn(info, 'model') ?? this.#model;
    const usage = readUsage({ usage: source }, { provider: 'openai', model });
    const output = this.#output;
    this.#output = [];
    const detail = (): CallDetail => ({
      ...readOutput(output),
      api: 'responses',
      usage,
      rawUsage: getField(reread(), 'info', 'last_token_usage'),
    });
    thread.addCall({ id: `call-${++this.#calls}`, atMs, provider: 'openai', model, usage, detail });
  }

  #isCopied(atMs: number): boolean {
    const isFork =
      textIn(this.#meta, 'forked_from_id') !== undefined ||
      asFields(getField(this.#meta, 'source', 'subagent')) !== undefined;
    return isFork && this.#metaMs !== undefined && atMs - this.#metaMs < 1000;
  }

  #readItem(payload: Fields, reread: Reread, atMs: number, thread: SessionThread): void {
    const type = textIn(payload, 'type') ?? 'message';
    if (type === 'message' && payload['role'] === 'user') {
      const text = toText(payload['content']);
      if (isOwnInstruction(payload)) return;
      this.#addUnknown(thread);
      return thread.startTurn(atMs, typeof text === 'string' ? text : undefined, () =>
        toText(reread()['content']),
      );
    }
    if (type.endsWith('_output')) {
      const { failed, message } = readFailure(payload['output']);
      return thread.finishTool(textIn(payload, 'call_id') ?? '', atMs, {
        output: () => outputOf(reread()['output']),
        ...(failed ? { failed, message } : {}),
      });
    }
    if (type === 'message' && payload['role'] !== 'assistant') return;
    this.#output.push(reread);
    if (!type.endsWith('_call')) return;
    thread.startTool({
      id: textIn(payload, 'call_id', 'id') ?? `${type}-${atMs}`,
      name: textIn(payload, 'name') ?? type.replace(/_call$/, ''),
      atMs,
      label: textIn(payload, 'summary'),
      inputs: () => inputsOf(reread()),
    });
  }

  /** A turn without a recorded usage: the model responded, and the cost is unknown. */
  #addUnknown(thread: SessionThread): void {
    const output = this.#output;
    this.#output = [];
    if (output.length === 0 || thread.turns.length === 0) return;
    const { id, endMs, startMs } = thread.current;
    if (this.#to.spans.some(({ kind, parent }) => kind === 'llm' && parent === id)) return;
    const detail = (): CallDetail => ({ ...readOutput(output), api: 'responses', usage: null });
    thread.addCall({
      id: `call-${++this.#calls}`,
      startMs,
      atMs: endMs ?? startMs,
      provider: 'openai',
      model: this.#model,
      usage: null,
      detail,
    });
  }
}

function readOutput(output: readonly Reread[]): Partial<CallDetail> {
  const items = output.map((read) => read());
  const of = (type: string): Fields[] => items.filter((item) => item['type'] === type);
  const text = of('message').map((item) => toText(item['content']));
  const reasoning = of('reasoning').flatMap((item) =>
    toList(item['summary']).flatMap((part) => textIn(part, 'text') ?? []),
  );
  const calls = items.filter(({ type }) => stringifyAny(type).endsWith('_call'));
  return {
    ...(text.length > 0 ? { text: text.filter((each) => typeof each === 'string').join('\n') } : {}),
    ...(reasoning.length > 0 ? { reasoning: reasoning.join('\n') } : {}),
    toolCalls: calls.flatMap(
      (call) => readAnswer({ type: 'function_call', name: 'tool', ...call })?.toolCalls ?? [],
    ),
  };
}

function inputsOf(item: Fields): Readonly<Record<string, unknown>> | undefined {
  const value = item['arguments'] ?? item['input'] ?? item['action'];
  if (typeof value !== 'string') return asFields(value);
  try {
    return asFields(JSON.parse(value)) ?? { input: value };
  } catch {
    return { input: value };
  }
}

/** A tool's output: text, or JSON text that contains it with its metadata. */
function outputOf(value: unknown): unknown {
  return getField(parseOutput(value), 'output') ?? value;
}

function readFailure(value: unknown): { failed: boolean; message: string } {
  const code = getField(parseOutput(value), 'metadata', 'exit_code');
  return { failed: typeof code === 'number' && code !== 0, message: `exit code ${String(code)}` };
}

function parseOutput(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
