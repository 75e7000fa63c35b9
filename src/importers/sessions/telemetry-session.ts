/** Builds the session of a coding agent from the log events that it emits over OpenTelemetry. */
import type { Attributes, ReceivedLog } from '../../otlp/decode/received.js';
import { numberAt, parseJson, textAt } from '../dialects/attribute-values.js';
import { countTokens, readUsage } from '../frame/call-usage.js';
import type { ForeignSpan } from '../frame/foreign-run.js';
import { toInputs } from '../frame/to-inputs.js';
import { groupTurns } from './group-turns.js';
import { SessionThread, type SessionSpans } from './session-thread.js';

/** An event: the attributes that determine its kind, and a function to read all of them. */
export type AgentEvent = Readonly<{ atMs: number; name: string; short: Attributes; read: () => Attributes }>;

type Meaning = Readonly<{ agent: string; provider: string; means: 'prompt' | 'call' | 'tool' }>;

const claude = { agent: 'Claude Code', provider: 'anthropic' } as const;
const codex = { agent: 'Codex', provider: 'openai' } as const;
const gemini = { agent: 'Gemini CLI', provider: 'google' } as const;

/** The events that a session consists of. Others are log lines. */
const meanings: Readonly<Record<string, Meaning | undefined>> = {
  'claude_code.user_prompt': { ...claude, means: 'prompt' },
  'claude_code.api_request': { ...claude, means: 'call' },
  'claude_code.tool_result': { ...claude, means: 'tool' },
  'codex.user_prompt': { ...codex, means: 'prompt' },
  'codex.sse_event': { ...codex, means: 'call' },
  'codex.tool_result': { ...codex, means: 'tool' },
  'gemini_cli.user_prompt': { ...gemini, means: 'prompt' },
  'gemini_cli.api_response': { ...gemini, means: 'call' },
  'gemini_cli.tool_call': { ...gemini, means: 'tool' },
};

/** The session that a log record belongs to and its event; undefined for one that belongs to no session. */
export function toAgentEvent(
  log: ReceivedLog,
  read: () => Attributes,
): { session: string; service: string; event: AgentEvent } | undefined {
  const { attributes } = log;
  const name = eventName(log);
  const meaning = meanings[name];
  if (!meaning) return undefined;
  // Codex reports every event of a stream; only the last has the usage.
  if (name === 'codex.sse_event' && attributes['event.kind'] !== 'response.completed') return undefined;
  const id = textAt(attributes, 'session.id', 'conversation.id') ?? '';
  const short = Object.fromEntries(
    Object.entries(attributes).filter(
      ([, value]) => typeof value !== 'string' || value.length <= LONGEST_SHORT,
    ),
  );
  const service = textAt(log.resource, 'service.name') ?? meaning.agent;
  return { session: `${meaning.agent}/${id}`, service, event: { atMs: log.atMs, name, short, read } };
}

const LONGEST_SHORT = 200;

/** The name with the agent's prefix, which some versions include in the body only. */
function eventName({ name = '', body }: ReceivedLog): string {
  return typeof body === 'string' && body.endsWith(`.${name}`) ? body : name;
}

/**
 * Adds the spans of a session: its turns with the calls and tools, in groups if they are many and `isComplete`. An event has the same ids
 * however many follow.
 */
export function addTelemetrySession(
  to: SessionSpans,
  session: string,
  events: readonly AgentEvent[],
  isComplete = true,
): void {
  const sorted = events
    .map((event, index) => ({ ...event, id: `${session}/${index}` }))
    .toSorted((a, b) => a.atMs - b.atMs);
  const { agent } = meanings[sorted[0]!.name]!;
  const startMs = Math.min(...sorted.map(({ atMs, short }) => atMs - (numberAt(short, 'duration_ms') ?? 0)));
  const span: ForeignSpan = { id: session, kind: 'agent', name: agent, startMs, detail: () => ({}) };
  const thread = new SessionThread(to, span, { hasTurns: true });
  for (const event of sorted) addEvent(thread, event, event.id);
  if (isComplete) to.spans.push(...groupTurns(thread));
}

function addEvent(thread: SessionThread, { atMs, name, short, read }: AgentEvent, id: string): void {
  const { means, provider } = meanings[name]!;
  const startMs = atMs - (numberAt(short, 'duration_ms') ?? 0);
  if (means === 'prompt') return thread.startTurn(atMs, textAt(short, 'prompt'), () => read()['prompt']);
  if (means === 'call') return addCall(thread, { atMs, name, short, read }, { id, provider, startMs });
  const failed = String(short['success']) === 'false';
  const tool = textAt(short, 'tool_use_id', 'call_id') ?? id;
  thread.startTool({
    id: tool,
    name: textAt(short, 'tool_name', 'function_name') ?? 'tool',
    atMs: startMs,
    inputs() {
      const all = read();
      const input = parseJson(
        all['tool_input'] ?? all['tool_parameters'] ?? all['arguments'] ?? all['function_args'],
      );
      return input === undefined ? undefined : toInputs(input);
    },
  });
  const message = textAt(short, 'error', 'error_type');
  thread.finishTool(tool, atMs, {
    output: () => read()['output'],
    ...(failed ? { failed, ...(message === undefined ? {} : { message }) } : {}),
  });
}

function addCall(
  thread: SessionThread,
  { atMs, short, read }: AgentEvent,
  { id, provider, startMs }: { id: string; provider: string; startMs: number },
): void {
  const model = textAt(short, 'model', 'slug');
  const counts = countsIn(short);
  const usage = readUsage(counts && { usage: counts }, { provider, model });
  thread.addCall({
    id,
    startMs: numberAt(short, 'duration_ms') === undefined ? undefined : startMs,
    atMs,
    provider,
    model,
    usage,
    detail: () => ({
      api: provider === 'openai' ? 'responses' : 'chat',
      text: textAt(read(), 'response_text'),
      finishReason: textAt(short, 'stop_reason', 'finish_reasons'),
      usage,
      rawUsage: counts,
      firstTokenMs: numberAt(short, 'ttft_ms'),
      requestId: textAt(short, 'request_id'),
      toolCostUsd: numberAt(short, 'cost_usd'),
    }),
  });
}

/** The attributes that count tokens, and the speed, which affects the price; undefined without any. */
function countsIn(attributes: Attributes): Attributes | undefined {
  const counts = Object.entries(attributes).filter(([name]) => /_tokens$|_token_count$|^speed$/.test(name));
  if (counts.length === 0) return undefined;
  const isClaude = attributes['input_tokens'] !== undefined;
  return { ...(isClaude ? { cache_creation_tokens: 0 } : {}), ...Object.fromEntries(counts) };
}

/** Maps the token kinds in agents' metrics to fields of their log events. */
const metricFields: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
  'claude_code.token.usage': {
    input: 'input_tokens',
    output: 'output_tokens',
    cacheRead: 'cache_read_tokens',
    cacheCreation: 'cache_creation_tokens',
  },
  'gemini_cli.token.usage': {
    input: 'input_token_count',
    output: 'output_token_count',
    cache: 'cached_content_token_count',
    thought: 'thoughts_token_count',
    tool: 'tool_token_count',
  },
};

/** The sums that an agent's metrics have for a model of a session. */
export class TokenMetrics {
  readonly #sums = new Map<
    string,
    {
      service: string;
      metric: string;
      model: string | undefined;
      fromMs: number;
      toMs: number;
      counts: Map<string, number>;
    }
  >();

  /**
   * Adds a data point; returns whether it counts tokens. Cumulative points include the previous ones, delta points add to them.
   */
  add(
    {
      metric,
      value,
      delta,
      atMs,
      attributes,
    }: Readonly<{ metric: string; value: number; delta: boolean; atMs: number; attributes: Attributes }>,
    service: string,
  ): void {
    const field = metricFields[metric]?.[textAt(attributes, 'type') ?? ''];
    if (field === undefined || !Number.isFinite(value)) return;
    const model = textAt(attributes, 'model');
    const key = [service, textAt(attributes, 'session.id'), model].join('/');
    const sum = this.#sums.get(key) ?? {
      service,
      metric,
      model,
      fromMs: atMs,
      toMs: atMs,
      counts: new Map(),
    };
    this.#sums.set(key, sum);
    const before = sum.counts.get(field) ?? 0;
    sum.counts.set(field, delta ? before + value : Math.max(before, value));
    sum.fromMs = Math.min(sum.fromMs, atMs);
    sum.toMs = Math.max(sum.toMs, atMs);
  }

  /** One call per session and model, for services that reported their calls only as metrics. */
  toSpans(isKnown: (service: string) => boolean): ForeignSpan[] {
    return [...this.#sums].flatMap(([key, { service, metric, model, fromMs, toMs, counts }]) => {
      if (isKnown(service)) return [];
      const provider = metric.startsWith('claude') ? 'anthropic' : 'google';
      const raw = countsIn(Object.fromEntries(counts));
      const usage = readUsage(raw && { usage: raw }, { provider, model });
      const span: ForeignSpan = {
        id: `metrics/${key}`,
        kind: 'llm',
        name: model ?? 'unknown',
        label: 'all calls, from metrics',
        startMs: fromMs,
        endMs: toMs,
        service,
        call: { provider, model, tokens: countTokens(usage), isRequest: true },
        detail: () => ({ call: { usage, rawUsage: raw } }),
      };
      return [span];
    });
  }
}
