/** Imports the session logs of Claude Code: JSON lines under ~/.claude/projects. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { readUsage } from '../frame/call-usage.js';
import { parseTime } from '../frame/foreign-time.js';
import type { CallDetail, ForeignRun, ForeignSpan } from '../frame/foreign-run.js';
import { readAnswer } from '../frame/read-answer.js';
import { groupTurns } from './group-turns.js';
import { toLabel } from '../frame/to-label.js';
import { SessionThread, type SessionSpans } from './session-thread.js';
import { textIn, toText } from '../frame/record-text.js';

/** Whether a record is a line of such a log. */
export function isClaudeCode(record: unknown): boolean {
  const message = getField(record, 'message');
  if (textIn(record, 'timestamp') === undefined || !asFields(message)) return false;
  const isTyped = ['user', 'assistant'].includes(String(getField(record, 'type')));
  const isAssistant =
    getField(message, 'role') === 'assistant' && asFields(getField(message, 'usage')) !== undefined;
  return (
    (isTyped && getField(message, 'content') !== undefined) ||
    (isAssistant && textIn(message, 'model') !== undefined)
  );
}

/** Converts a session: its turns, and subagents inside the tools that started them. */
export async function importClaudeCode(records: ForeignRecords): Promise<ForeignRun> {
  const reader = new ClaudeReader();
  for await (const { value, reread } of records)
    reader.read(asFields(value) ?? {}, () => asFields(reread()) ?? {});
  return reader.finish();
}

type Reread = () => Fields;

class ClaudeReader {
  readonly #to: SessionSpans = { spans: [], marks: [] };
  readonly #seen = new Set<string>();
  readonly #calls = new Map<string, { lines: Reread[]; span: ForeignSpan }>();
  readonly #subagents = new Map<string, SessionThread>();
  /** Which tool call started which subagent. */
  readonly #starters = new Map<string, string>();
  #main: SessionThread | undefined;
  #session: Fields = {};
  #title: string | undefined;

  read(line: Fields, reread: Reread): void {
    const uuid = textIn(line, 'uuid');
    // A resumed session repeats the records of the session that it continues.
    if (uuid !== undefined && this.#seen.has(uuid)) return;
    if (uuid !== undefined) this.#seen.add(uuid);
    this.#title = textIn(line, 'customTitle') ?? textIn(line, 'summary') ?? this.#title;
    const atMs = parseTime(line['timestamp']);
    if (atMs === undefined) return;
    if (textIn(this.#session, 'sessionId', 'cwd') === undefined) this.#session = line;
    const thread = this.#threadOf(line, atMs);
    if (isAssistant(line)) this.#readAssistant(line, reread, atMs, thread);
    else if (line['type'] === 'user') this.#readUser(line, reread, atMs, thread);
    else if (line['subtype'] === 'compact_boundary') {
      thread.addCompaction(
        uuid ?? `compaction-${atMs}`,
        atMs,
        textIn(asFields(line['compactMetadata']), 'trigger'),
        () => undefined,
      );
    }
  }

  finish(): ForeignRun {
    for (const [agent, thread] of this.#subagents) {
      const tool = this.#starters.get(agent);
      if (tool !== undefined && this.#main?.tool(tool)) thread.agent.parent = tool;
    }
    const groups = this.#main ? groupTurns(this.#main) : [];
    const { cwd, sessionId } = {
      cwd: textIn(this.#session, 'cwd'),
      sessionId: textIn(this.#session, 'sessionId'),
    };
    return {
      format: 'claude-code',
      ...(sessionId === undefined ? {} : { id: sessionId }),
      name: this.#title ?? this.#main?.turns.find(({ label }) => label !== undefined)?.label ?? 'Claude Code',
      spans: [...this.#to.spans, ...groups],
      marks: this.#to.marks,
      ...(cwd === undefined ? {} : { project: cwd }),
    };
  }

  #threadOf(line: Fields, atMs: number): SessionThread {
    this.#main ??= new SessionThread(this.#to, agentSpan('session', 'Claude Code', undefined, atMs), {
      hasTurns: true,
    });
    const agentId = textIn(line, 'agentId');
    if (line['isSidechain'] !== true) return this.#main;
    const id = agentId ?? this.#sidechainOf(line);
    const known = this.#subagents.get(id);
    if (known) return known;
    const starter = this.#lastStarter();
    const agent = agentSpan(
      `agent-${id}`,
      starter?.label ?? 'subagent',
      starter?.id ?? this.#main.current.id,
      atMs,
    );
    const thread = new SessionThread(this.#to, agent, { hasTurns: false });
    this.#subagents.set(id, thread);
    return thread;
  }

  /** Earlier versions identify a subagent only by the chain of its messages, which begins without a parent. */
  #sidechainOf(line: Fields): string {
    const uuid = textIn(line, 'uuid') ?? '';
    const parent = textIn(line, 'parentUuid');
    const chain = (parent === undefined ? undefined : this.#chains.get(parent)) ?? uuid;
    this.#chains.set(uuid, chain);
    return chain;
  }
  readonly #chains = new Map<string, string>();

  /** The last tool of the session that starts a subagent and has no result yet. */
  #lastStarter(): ForeignSpan | undefined {
    return this.#to.spans.findLast(
      ({ kind, name, endMs }) => kind === 'tool' && starters.has(name) && endMs === undefined,
    );
  }

  #readUser(line: Fields, reread: Reread, atMs: number, thread: SessionThread): void {
    const content = getField(line, 'message', 'content');
    const results = toList(content).filter((block) => getField(block, 'type') === 'tool_result');
    for (const [index, block] of results.entries()) {
      const id = textIn(block, 'tool_use_id') ?? '';
      const agentId = textIn(line['toolUseResult'], 'agentId');
      if (agentId !== undefined) this.#starters.set(agentId, id);
      const output = (): unknown => {
        const blocks = toList(getField(reread(), 'message', 'content'));
        return toText(
          getField(blocks.filter((each) => getField(each, 'type') === 'tool_result')[index], 'content'),
        );
      };
      const failed = getField(block, 'is_error') === true;
      thread.finishTool(id, atMs, {
        output,
        ...(failed
          ? {
              failed,
              message: toLabel(String(toText(getField(block, 'content')) ?? '')) ?? 'the tool failed',
            }
          : {}),
      });
    }
    if (results.length > 0 || line['isMeta'] === true) return;
    if (line['isCompactSummary'] === true) {
      const id = textIn(line, 'uuid') ?? `compaction-${atMs}`;
      thread.addCompaction(id, atMs, undefined, () => toText(getField(reread(), 'message', 'content')));
      return;
    }
    thread.startTurn(atMs, promptOf(line), () => toText(getField(reread(), 'message', 'content')));
  }

  /** A message is written as a line per content block, of which the last has the final usage. */
  #readAssistant(line: Fields, reread: Reread, atMs: number, thread: SessionThread): void {
    const message = asFields(line['message']) ?? {};
    const model = textIn(message, 'model');
    if (model === '<synthetic>') {
      thread.addLog(atMs, () => ({
        type: 'log',
        stream: 'warning',
        text: String(toText(getField(reread(), 'message', 'content')) ?? ''),
      }));
      return;
    }
    const id = textIn(message, 'id');
    const key = id === undefined ? undefined : `${id}/${textIn(line, 'requestId') ?? ''}`;
    const known = key === undefined ? undefined : this.#calls.get(key);
    const usage = readUsage({ usage: message['usage'] }, { provider: 'anthropic', model });
    if (known) {
      known.lines.push(reread);
      known.span.endMs = Math.max(known.span.endMs ?? 0, atMs);
      known.span.call!.tokens =
        usage === null ? known.span.call!.tokens : (usage.input ?? 0) + (usage.output ?? 0);
      thread.touch(atMs);
    } else {
      const lines = [reread];
      const span = thread.addCall({
        id: key ?? textIn(line, 'uuid') ?? `call-${this.#to.spans.length}`,
        atMs,
        provider: 'anthropic',
        model,
        usage,
        detail: () => readCall(lines),
      });
      if (key !== undefined) this.#calls.set(key, { lines, span });
    }
    for (const block of toList(message['content'])) {
      if (getField(block, 'type') !== 'tool_use') continue;
      const tool = textIn(block, 'id') ?? `tool-${this.#to.spans.length}`;
      const name = textIn(block, 'name') ?? 'tool';
      const isStarter = starters.has(name);
      const label = isStarter ? textIn(getField(block, 'input'), 'description', 'subagent_type') : undefined;
      const inputs = (): Fields | undefined => asFields(getField(findBlock(reread(), tool), 'input'));
      thread.startTool({ id: tool, name, atMs, label: toLabel(label), inputs });
    }
  }
}

/** Tools that start a subagent. */
const starters: ReadonlySet<string> = new Set(['Task', 'Agent']);

function agentSpan(id: string, name: string, parent: string | undefined, startMs: number): ForeignSpan {
  return { id, parent, kind: 'agent', name, startMs, endMs: startMs, detail: () => ({}) };
}

function isAssistant(line: Fields): boolean {
  return line['type'] === 'assistant' || getField(line, 'message', 'role') === 'assistant';
}

function findBlock(line: Fields, id: string): unknown {
  return toList(getField(line, 'message', 'content')).find((block) => getField(block, 'id') === id);
}

function readCall(lines: readonly Reread[]): CallDetail {
  const all = lines.map((read) => read());
  const last = all.findLast((line) => asFields(getField(line, 'message', 'usage'))) ?? all.at(-1)!;
  const message = asFields(last['message']) ?? {};
  const blocks = all.flatMap((line) => toList(getField(line, 'message', 'content')));
  const cost = last['costUSD'];
  const model = textIn(message, 'model');
  return {
    ...readAnswer({ content: blocks }),
    api: 'chat',
    finishReason: textIn(message, 'stop_reason'),
    responseModel: model,
    usage: readUsage({ usage: message['usage'] }, { provider: 'anthropic', model }),
    rawUsage: message['usage'],
    responseId: textIn(message, 'id'),
    requestId: textIn(last, 'requestId'),
    toolCostUsd: typeof cost === 'number' ? cost : undefined,
  };
}

/** What the user wrote, without the tags that the program adds around commands. */
function promptOf(line: Fields): string | undefined {
  const text = toText(getField(line, 'message', 'content'));
  return typeof text === 'string' ? text.replace(/<\/?[a-z-]+>/g, '') : undefined;
}
