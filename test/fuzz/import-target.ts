/** The fuzz target for foreign traces: a damaged file of each format is imported, reduced and summarized. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textSummary } from '../../src/export/text-summary.js';
import { emitRun } from '../../src/importers/frame/emit-run.js';
import { importTrace } from '../../src/importers/import-trace.js';
import { detectFormat } from '../../src/importers/importers.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { createCapture } from '../../src/trace/capture/capture.js';
import { traceEventSchema } from '../../src/trace/event/event.js';
import { createRedactor } from '../../src/trace/redact/redact.js';
import { testPrices } from '../support/prices.js';
import { mutateBytes, mutateJson, mutateText, type Random } from './random.js';

const at = (second: number): string => new Date(Date.UTC(2026, 5, 1, 10, 0, second)).toISOString();
const nanos = (second: number): string => `${Date.parse(at(second))}000000`;

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
const otlpSpan = (id: string, parent: string, values: Readonly<Record<string, string | number>>) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: id.padStart(16, '0'),
  parentSpanId: parent && parent.padStart(16, '0'),
  name: `span ${id}`,
  startTimeUnixNano: nanos(1),
  endTimeUnixNano: nanos(3),
  attributes: attributes(values),
  events: [{ timeUnixNano: nanos(2), name: 'exception', attributes: attributes({ 'exception.type': 'E' }) }],
  status: { code: 2, message: 'no' },
});
const message = (role: string, content: unknown, usage?: object) => ({
  role,
  content,
  model: 'claude-haiku-4-5',
  id: 'm1',
  usage,
});
const claude = (type: string, second: number, content: unknown, usage?: object) => ({
  type,
  sessionId: 's-1',
  timestamp: at(second),
  cwd: '/home/u/app',
  requestId: 'r1',
  message: message(type, content, usage),
});
const codex = (second: number, type: string, payload: object) => ({ timestamp: at(second), type, payload });
const observation = (id: string, parent: string | null, type: string, more: object = {}) => ({
  id,
  parentObservationId: parent,
  type,
  name: id,
  startTime: at(0),
  endTime: at(2),
  ...more,
});

/** One small file of each format, as its records. A file of one record is JSON, any other JSON lines. */
export const foreignFiles: Readonly<Record<string, readonly unknown[]>> = {
  otlp: [
    {
      resourceSpans: [
        {
          resource: { attributes: attributes({ 'service.name': 'app' }) },
          scopeSpans: [
            {
              scope: { name: 'gen_ai' },
              spans: [
                otlpSpan('1', '', { 'gen_ai.operation.name': 'invoke_agent' }),
                otlpSpan('2', '1', {
                  'gen_ai.operation.name': 'chat',
                  'gen_ai.provider.name': 'openai',
                  'gen_ai.request.model': 'gpt-4.1',
                  'gen_ai.usage.input_tokens': 12,
                  'gen_ai.usage.output_tokens': 3,
                  'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
                }),
                otlpSpan('3', '2', {
                  'openinference.span.kind': 'LLM',
                  'llm.token_count.prompt': 4,
                  'llm.model_name': 'm',
                }),
              ],
            },
          ],
        },
      ],
    },
  ],
  langfuse: [
    {
      trace: { id: 't', name: 'weather', input: '{"city":"Oslo"}', output: '"3"' },
      observations: [
        observation('agent', null, 'AGENT'),
        observation('chat', 'agent', 'GENERATION', {
          model: 'gpt-4.1',
          usageDetails: { input: 20, input_cache_read: 60, output: 5, total: 85 },
          costDetails: { total: 0.002 },
        }),
        observation('lookup', 'agent', 'TOOL', {
          level: 'ERROR',
          statusMessage: 'no route',
          input: '{"q":1}',
        }),
      ],
    },
  ],
  phoenix: [
    {
      name: 'ask',
      span_kind: 'LLM',
      context: { trace_id: '0xabc', span_id: '0x1' },
      parent_id: null,
      start_time: at(0),
      end_time: at(1),
      status_code: 'OK',
      attributes: { llm: { model_name: 'm', token_count: { prompt: 9, completion: 2 } } },
    },
  ],
  langsmith: [
    {
      post: [
        {
          id: 'b',
          trace_id: 'b',
          run_type: 'llm',
          name: 'ChatOpenAI',
          dotted_order: '1',
          start_time: at(1),
          extra: { metadata: { ls_provider: 'openai', ls_model_name: 'gpt-4.1' } },
        },
      ],
      patch: [
        {
          id: 'b',
          end_time: at(2),
          error: 'ValueError: bad',
          outputs: { usage_metadata: { input_tokens: 40, output_tokens: 8, total_tokens: 48 } },
        },
      ],
    },
  ],
  inspect: [
    {
      version: 2,
      status: 'success',
      eval: { eval_id: 'ev', task: 'sums', created: at(0), task_args: { n: 1 } },
      stats: { started_at: at(0), completed_at: at(9) },
      samples: [
        {
          id: 1,
          epoch: 1,
          input: '1+1',
          target: '2',
          attachments: { h1: 'a long question' },
          events: [
            { event: 'span_begin', id: 's', name: 'solver', type: 'solver', timestamp: at(1) },
            {
              event: 'state',
              span_id: 's',
              timestamp: at(2),
              changes: [{ op: 'add', path: '/x', value: 'attachment://h1' }],
            },
            {
              event: 'model',
              span_id: 's',
              timestamp: at(2),
              completed: at(3),
              model: 'openai/gpt-4.1',
              input: [],
              output: { usage: { input_tokens: 3, output_tokens: 1 } },
            },
            { event: 'span_end', id: 's', timestamp: at(4) },
          ],
        },
      ],
    },
  ],
  claude: [
    claude('user', 0, 'fix the bug'),
    claude('assistant', 1, [{ type: 'tool_use', id: 't1', name: 'Task', input: { a: 1 } }], {
      input_tokens: 5,
      output_tokens: 30,
      cache_read_input_tokens: 100,
    }),
    claude('user', 2, [{ type: 'tool_result', tool_use_id: 't1', content: 'nothing', is_error: true }]),
    claude('assistant', 3, [{ type: 'text', text: 'Done.' }], { input_tokens: 2, output_tokens: 8 }),
  ],
  codex: [
    codex(0, 'session_meta', { id: 'c-1', cwd: '/home/u/app', originator: 'codex_cli', cli_version: '1' }),
    codex(0, 'turn_context', { model: 'gpt-5-mini', cwd: '/home/u/app' }),
    codex(1, 'response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'fix it' }],
    }),
    codex(2, 'response_item', {
      type: 'function_call',
      name: 'shell',
      arguments: '{"command":["ls"]}',
      call_id: 'f1',
    }),
    codex(3, 'response_item', { type: 'function_call_output', call_id: 'f1', output: '{"output":"a"}' }),
    codex(4, 'event_msg', {
      type: 'token_count',
      info: {
        total_token_usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 2, total_tokens: 12 },
        last_token_usage: { input_tokens: 10, cached_input_tokens: 4, output_tokens: 2, total_tokens: 12 },
      },
    }),
  ],
};

/** Damages a file and imports it: an error that is no PflowError, or an event outside the schema, is a fault. */
export async function importDamaged(random: Random, folder: string): Promise<string[]> {
  const records = random.pick(Object.values(foreignFiles));
  const damaged = random.chance(3)
    ? records
    : records.map((record) => (random.chance(2) ? mutateJson(record, random) : record));
  const text =
    records.length === 1
      ? (JSON.stringify(damaged[0]) ?? '')
      : damaged.map((each) => JSON.stringify(each) ?? '').join('\n');
  const bytes = Buffer.from(damaged === records || random.chance(4) ? mutateText(text, random) : text);
  const path = join(folder, 'foreign.json');
  writeFileSync(path, random.chance(8) ? mutateBytes(bytes, random) : bytes);
  const { run, close } = await importTrace(path);
  try {
    const capture = createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) });
    const events = [...emitRun(run, { capture, level: 'preview', redact: true, version: '1.0.0' })];
    const outside = events.filter((event) => !traceEventSchema.safeParse(event).success);
    textSummary(reduceEvents(events, { prices: testPrices }));
    return outside.map(({ type }) => `an event ${type} that is outside the schema`);
  } finally {
    close();
  }
}

/** Whether each of the files is recognised, undamaged. */
export function isRecognised(records: readonly unknown[]): boolean {
  return detectFormat(records) !== undefined;
}
