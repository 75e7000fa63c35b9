import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { readLog } from '../../src/cli/spending/read-log.js';
import type { AgentName } from '../../src/importers/session-usage/agent-names.js';
import type { LoggedCall, LogReading, ReadingPoint } from '../../src/importers/session-usage/logged-call.js';
import { sessionAgents } from '../../src/importers/session-usage/session-agents.js';
import { readUsage } from '../../src/importers/frame/call-usage.js';
import {
  readPlainCodex,
  readPlainGemini,
  readPlainOpencode,
  readPlainPi,
} from '../../src/importers/session-usage/plain-usage.js';
import { countNames } from '../../src/usage/record/usage.js';
import { importState } from './convert.js';

function readAll(agent: AgentName, path: string, resume?: ReadingPoint): LogReading {
  const steps = readLog(
    sessionAgents.find(({ name }) => name === agent)!,
    path,
    resume,
  );
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

function fileOf(content: string, extension = 'jsonl'): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, `session-1.${extension}`);
  writeFileSync(path, content);
  return path;
}

const lines = (records: readonly unknown[]) => records.map((each) => `${JSON.stringify(each)}\n`).join('');

/** What spending needs of calls, in their order: model and counts. */
const brief = (calls: readonly Pick<LoggedCall, 'model' | 'usage'>[]) =>
  calls.map(({ model, usage }) => [
    model,
    usage &&
      Object.fromEntries(
        countNames.flatMap((name) => (name !== 'total' && usage[name] ? [[name, usage[name]]] : [])),
      ),
  ]);

/** The same from the importer that reads the whole log. */
async function imported(records: readonly object[]): Promise<unknown> {
  const state = await importState(records);
  const calls = [...state.spans.values()].flatMap(({ call }) => (call ? [call] : []));
  return brief(
    calls.map((call) => ({ model: call.model ?? call.requestedModel, usage: call.usage ?? null })),
  );
}

const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 10, 0, second)).toISOString();

const count = fc.nat(5000);
const claudeUsage = fc.record(
  {
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: fc.constant(700),
    cache_creation: fc.constantFrom(
      { ephemeral_5m_input_tokens: 700, ephemeral_1h_input_tokens: 0 },
      { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 400 },
    ),
    service_tier: fc.constantFrom('standard', 'priority', null),
    server_tool_use: fc.constantFrom({ web_search_requests: 0 }, { web_search_requests: 2 }, null),
    inference_geo: fc.constantFrom('', 'us', 'not_available'),
    speed: fc.constantFrom('standard', 'fast'),
    iterations: fc.constant([]),
  },
  { requiredKeys: ['input_tokens', 'output_tokens', 'cache_creation_input_tokens'] },
);

test('the quick reading of Claude Code logs finds the calls and counts of the importer, for any usage and text', async () => {
  const content = fc.oneof(fc.string(), fc.constant('"input_tokens":5, \\" } ] { usage ü 漢\n'));
  const message = fc.record({ usage: claudeUsage, text: content, tool: fc.constantFrom('Read', 'Bash') });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 6 }), async (messages) => {
      const records = messages.flatMap(({ usage, text, tool }, i) => {
        const id = `msg_${i}`;
        const line = (block: object) => ({
          type: 'assistant',
          timestamp: at(2 * i + 1),
          sessionId: 's',
          requestId: `req_${i}`,
          message: { model: 'claude-haiku-4-5', id, role: 'assistant', content: [block], usage },
        });
        return [
          { type: 'user', timestamp: at(2 * i), sessionId: 's', message: { role: 'user', content: text } },
          line({ type: 'text', text }),
          line({ type: 'tool_use', id: `t${i}`, name: tool, input: { usage: { input_tokens: 9 }, text } }),
        ];
      });
      const { calls } = readAll('claude-code', fileOf(lines(records)));
      expect(brief(calls)).toEqual(await imported(records));
      expect(calls.map(({ tools }) => tools)).toEqual(messages.map(({ tool }) => [tool]));
      expect(calls.map(({ response, request }) => [response, request])).toEqual(
        messages.map((_, i) => [`msg_${i}`, `req_${i}`]),
      );
    }),
    { numRuns: 15, seed: 7 },
  );
});

const tokens = (input: number, output: number, cached: number, reasoning: number) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
  reasoning_output_tokens: reasoning,
  total_tokens: input + output,
});

const tokenCount = (second: number, last: object, total: object, limits: unknown = null) => ({
  timestamp: at(second),
  type: 'event_msg',
  payload: {
    type: 'token_count',
    info: { last_token_usage: last, total_token_usage: total },
    rate_limits: limits,
  },
});

const codexLog = [
  { timestamp: at(0), type: 'session_meta', payload: { id: 'c-1', cwd: '/home/u/app' } },
  { timestamp: at(1), type: 'turn_context', payload: { model: 'gpt-5.1-codex', cwd: '/home/u/app' } },
  {
    timestamp: at(1),
    type: 'response_item',
    payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'fix it' }] },
  },
  {
    timestamp: at(2),
    type: 'response_item',
    payload: {
      type: 'function_call',
      name: 'shell',
      arguments: '{"a":"\\"total_token_usage\\""}',
      call_id: 'x',
    },
  },
  tokenCount(3, tokens(1000, 50, 300, 10), tokens(1000, 50, 300, 10), { plan_type: 'plus', primary: {} }),
  // A record that is repeated is not a call.
  tokenCount(4, tokens(1000, 50, 300, 10), tokens(1000, 50, 300, 10), { plan_type: 'plus', primary: {} }),
  tokenCount(5, tokens(2000, 70, 900, 0), tokens(3000, 120, 1200, 10), { plan_type: 'plus', primary: {} }),
  {
    timestamp: at(6),
    type: 'response_item',
    payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'and this' }] },
  },
  {
    timestamp: at(7),
    type: 'response_item',
    payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] },
  },
];

test('the quick reading of Codex logs counts increases of the totals, as the importer does, and knows the subscription', async () => {
  const { calls } = readAll('codex', fileOf(lines(codexLog)));
  expect(brief(calls)).toEqual(await imported(codexLog));
  expect(calls.map(({ tools, plan, project }) => [tools, plan, project])).toEqual([
    [['shell'], true, '/home/u/app'],
    [[], true, '/home/u/app'],
    [[], true, '/home/u/app'],
  ]);
});

const piLog = [
  { type: 'session', version: 3, id: 'p-1', timestamp: at(0), cwd: '/home/u/app' },
  {
    type: 'message',
    id: 'e1',
    parentId: null,
    timestamp: at(1),
    message: {
      role: 'assistant',
      provider: 'anthropic',
      model: 'claude-haiku-4-5',
      content: [{ type: 'toolCall', id: 't', name: 'read', arguments: {} }],
      usage: {
        input: 100,
        output: 50,
        cacheRead: 10,
        cacheWrite: 5,
        totalTokens: 165,
        cost: { total: 0.01 },
      },
      stopReason: 'error',
    },
  },
];

test('the quick reading of pi logs finds provider, counts and failures', async () => {
  const { calls } = readAll('pi', fileOf(lines(piLog)));
  expect(brief(calls)).toEqual(await imported(piLog));
  expect(calls).toMatchObject([
    {
      session: 'p-1',
      provider: 'anthropic',
      tools: ['read'],
      failed: true,
      plan: false,
      project: '/home/u/app',
    },
  ]);
});

test('a log that is read in two parts, cut anywhere, gives the same calls as in one', () => {
  const claude = [1, 2, 3].flatMap((i) =>
    ['a', 'b'].map((block) => ({
      type: 'assistant',
      timestamp: at(i),
      sessionId: 's',
      cwd: '/p',
      requestId: `r${i}`,
      message: {
        model: 'claude-haiku-4-5',
        id: `m${i}`,
        content: [{ type: 'tool_use', name: block }],
        usage: { input_tokens: i, output_tokens: block === 'a' ? 1 : 9 },
      },
    })),
  );
  for (const [agent, records] of [
    ['claude-code', claude],
    ['codex', codexLog],
    ['pi', piLog],
  ] as const) {
    const text = lines(records);
    const path = fileOf(text);
    const whole = readAll(agent, path).calls;
    for (let cut = 0; cut <= text.length; cut += 101) {
      writeFileSync(path, text.slice(0, cut));
      const first = readAll(agent, path);
      writeFileSync(path, text);
      const second = readAll(agent, path, first.next);
      expect([...first.calls.slice(0, first.next!.finalCalls), ...second.calls]).toEqual(whole);
    }
  }
});

test('a torn or foreign line is no call', () => {
  const line = JSON.stringify({
    type: 'assistant',
    timestamp: at(1),
    message: { model: 'm', id: 'x', usage: { input_tokens: 1, output_tokens: 1 } },
  });
  for (let cut = 0; cut < line.length; cut += 5)
    expect(readAll('claude-code', fileOf(`${line.slice(0, cut)}\n`)).calls).toEqual([]);
  expect(readAll('claude-code', fileOf(line)).calls).toHaveLength(1);
  expect(readAll('codex', fileOf('[1]\n"x"\n{"type":"event_msg"}\nnull\n')).calls).toEqual([]);
});

test('the calls of a Gemini CLI session have the counts that the importer finds in them', async () => {
  const answer = (second: number, tokens?: object): object => ({
    id: `a${second}`,
    type: 'gemini',
    timestamp: at(second),
    model: 'gemini-2.5-pro',
    content: 'An answer.',
    toolCalls: [{ id: `t${second}`, name: 'read_file', args: {}, status: 'success' }],
    ...(tokens && { tokens }),
  });
  const document = {
    sessionId: 's1',
    startTime: at(0),
    lastUpdated: at(9),
    messages: [
      { id: 'u1', type: 'user', timestamp: at(0), content: 'A question.' },
      answer(1, { input: 100, output: 20, cached: 40, thoughts: 7, tool: 0, total: 127 }),
      answer(2, { input: 150, output: 30, cached: 0, thoughts: 0, tool: 0, total: 180 }),
      answer(3),
    ],
  };
  const { calls } = readAll('gemini', fileOf(JSON.stringify(document), 'json'));
  expect(brief(calls)).toEqual(await imported([document]));
  expect(brief(calls).slice(0, 2)).toEqual([
    ['gemini-2.5-pro', { input: 100, cacheRead: 40, output: 27, reasoning: 7 }],
    ['gemini-2.5-pro', { input: 150, output: 30 }],
  ]);
});

test('a log of Gemini CLI in lines counts the last version of each message, rewound ones and those of a checkpoint', async () => {
  const answer = (id: string, second: number, input: number, tools: readonly string[] = []): object => ({
    id,
    timestamp: at(second),
    type: 'gemini',
    content: [{ text: 'An answer with "tokens":{"input":9}.' }],
    toolCalls: tools.map((name) => ({ id: `${id}-${name}`, name, args: {}, status: 'success' })),
    model: 'gemini-2.5-pro',
    tokens: input === 0 ? null : { input, output: 20, cached: 0, thoughts: 7, tool: 0, total: input + 27 },
  });
  const log = [
    { sessionId: 's1', projectHash: 'abc', startTime: at(0), lastUpdated: at(0), kind: 'main' },
    { id: 'u1', timestamp: at(0), type: 'user', content: [{ text: 'A question.' }] },
    answer('a1', 1, 0),
    answer('a1', 1, 100, ['read_file']),
    { $set: { lastUpdated: at(2), directories: ['/home/u/app'] } },
    answer('a2', 3, 300),
    { $rewindTo: 'a2' },
    answer('a3', 4, 400),
    { $set: { messages: [answer('a3', 4, 400), answer('a4', 5, 500)] } },
  ];
  const { calls } = readAll('gemini', fileOf(lines(log)));
  expect(brief(calls)).toEqual(await imported(log));
  expect(calls.map(({ usage }) => usage?.input)).toEqual([100, 300, 400, 500]);
  expect(calls.map(({ session, project, tools }) => [session, project, tools])).toEqual([
    ['s1', '/home/u/app', ['read_file']],
    ['s1', '/home/u/app', []],
    ['s1', '/home/u/app', []],
    ['s1', '/home/u/app', []],
  ]);
});

/** What Codex writes between its records of usage; each may be torn. */
const codexRecord = fc.oneof(
  fc.record({
    type: fc.constant('response_item'),
    payload: fc.record({
      type: fc.constantFrom('function_call', 'custom_tool_call', 'local_shell_call'),
      name: fc.constantFrom('shell', 'mcp__a.b-c', 'ü "q"'),
      arguments: fc.string(),
      call_id: fc.constant('c'),
    }),
  }),
  fc.record({
    type: fc.constant('response_item'),
    payload: fc.record({
      type: fc.constantFrom('function_call_output', 'reasoning', 'custom_tool_call_output'),
      output: fc.string(),
    }),
  }),
  fc.record({
    type: fc.constant('response_item'),
    payload: fc.record({
      type: fc.constant('message'),
      role: fc.constantFrom('user', 'assistant', 'developer'),
      content: fc.constantFrom(
        [{ type: 'input_text', text: 'do "it"' }],
        [{ type: 'input_text', text: '<environment_context>x</environment_context>' }],
      ),
    }),
  }),
  fc.record({
    type: fc.constant('event_msg'),
    payload: fc.record({
      type: fc.constantFrom('agent_message', 'user_message', 'token_count'),
      message: fc.string(),
    }),
  }),
  fc.record({
    type: fc.constantFrom('compacted', 'turn_context'),
    payload: fc.record({ model: fc.constant('gpt-5.1') }),
  }),
  fc.record({ calls: fc.nat(3), cached: fc.nat(40), reasoning: fc.nat(9) }),
);

test('the quick reading of Codex logs finds what the importer does, whatever is between the records of usage', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(codexRecord, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (steps, isSpaced) => {
        let total = tokens(0, 0, 0, 0);
        const records: object[] = codexLog.slice(0, 3);
        for (const [i, step] of steps.entries()) {
          if (!('calls' in step)) {
            records.push({ timestamp: at(10 + i), ...step });
            continue;
          }
          const last = tokens(100 * step.calls, 10 * step.calls, step.cached * step.calls, step.reasoning);
          total = Object.fromEntries(
            Object.entries(total).map(([name, sum]) => [name, sum + last[name as keyof typeof last]]),
          ) as typeof total;
          records.push(tokenCount(10 + i, last, total));
        }
        // Not written by Codex: then the beginning of a line is not known, and the whole of it is read.
        const text = records.map((each) =>
          `${JSON.stringify(each, null, isSpaced ? 1 : 0)}`.replaceAll('\n', ' '),
        );
        const { calls } = readAll('codex', fileOf(`${text.join('\n')}\n`));
        expect(brief(calls)).toEqual(await imported(records));
      },
    ),
    { numRuns: 40, seed: 3 },
  );
});

test('usual usages are read as the normalizer reads them, and unusual ones not at all', () => {
  const small = fc.oneof({ weight: 30, arbitrary: fc.nat(50) }, fc.constantFrom(-1, 2.5, '12', null));
  const sum = (counts: object, ...names: string[]) =>
    names.reduce((all, name) => all + Number(counts[name as keyof typeof counts]), 0);
  const readers = [
    ['openai', readPlainCodex, (counts: object) => ({ usage: counts })],
    ['anthropic', readPlainPi, (counts: object) => ({ usage: counts })],
    ['google', readPlainGemini, (counts: object) => ({ usage: counts })],
    ['anthropic', readPlainOpencode, (counts: object) => ({ tokens: counts })],
  ] as const;
  const counts = fc.oneof(
    fc
      .record({
        input_tokens: small,
        cached_input_tokens: small,
        output_tokens: small,
        reasoning_output_tokens: small,
      })
      .map((each) => ({ ...each, total_tokens: sum(each, 'input_tokens', 'output_tokens') })),
    fc
      .record({ input: small, output: small, cacheRead: small, cacheWrite: small })
      .map((each) => ({ ...each, totalTokens: sum(each, 'input', 'output', 'cacheRead', 'cacheWrite') })),
    fc
      .record({ input: small, output: small, cached: small, thoughts: small, tool: fc.constantFrom(0, 0, 5) })
      .map((each) => ({ ...each, total: sum(each, 'input', 'output', 'thoughts', 'tool') })),
    fc.record({
      input: small,
      output: small,
      reasoning: small,
      cache: fc.record({ read: small, write: small }),
    }),
  );
  let plain = 0;
  fc.assert(
    fc.property(counts, (usage) => {
      for (const [provider, read, wrap] of readers) {
        const found = read(usage);
        if (!found) continue;
        plain++;
        const { total: _, ...expected } = readUsage(wrap(usage), { provider, model: 'm' })!;
        expect(found).toEqual(expected);
      }
    }),
    { numRuns: 500, seed: 5 },
  );
  expect(plain).toBeGreaterThan(100);
});
