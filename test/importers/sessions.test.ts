import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importTrace } from '../../src/importers/import-trace.js';
import { callsOf, importState, outline } from './convert.js';

const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 10, 0, second)).toISOString();

const user = (second: number, content: unknown, more: object = {}) => ({
  type: 'user',
  sessionId: 's-1',
  cwd: '/home/u/app',
  timestamp: at(second),
  message: { role: 'user', content },
  ...more,
});

const assistant = (second: number, id: string, content: unknown, usage: object, more: object = {}) => ({
  type: 'assistant',
  sessionId: 's-1',
  timestamp: at(second),
  requestId: `req-${id}`,
  message: { id, role: 'assistant', model: 'claude-haiku-4-5', content, usage },
  ...more,
});

const tokens = (input: number, output: number, read = 0, write = 0) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: read,
  cache_creation_input_tokens: write,
});

const text = (value: string) => ({ type: 'text', text: value });
const use = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });
const result = (id: string, content: unknown, more: object = {}) => [
  { type: 'tool_result', tool_use_id: id, content, ...more },
];

test('Claude Code: a message on several lines is one call with the usage of its last line', async () => {
  const state = await importState([
    user(0, 'fix the <b>bug</b>'),
    assistant(4, 'm1', [text('Looking.')], tokens(5, 1, 100, 20)),
    assistant(5, 'm1', [use('t1', 'Read', { file: 'a.ts' })], tokens(5, 30, 100, 20)),
    user(7, result('t1', 'content of a.ts')),
    assistant(9, 'm2', [text('Done.')], tokens(2, 8, 120)),
  ]);
  expect(outline(state)).toEqual([
    'agent Claude Code',
    '  step turn 1',
    '    llm claude-haiku-4-5 125+30',
    '    tool Read',
    '    llm claude-haiku-4-5 122+8',
  ]);
  const [first, second] = [...state.spans.values()].filter(({ kind }) => kind === 'llm');
  expect([first!.startedAt, first!.finishedAt, second!.startedAt, second!.finishedAt]).toEqual([
    0, 5000, 7000, 9000,
  ]);
  expect(first!.call!.response).toMatchObject({
    text: 'Looking.',
    toolCalls: [{ name: 'Read', arguments: { file: 'a.ts' } }],
  });
  expect(state.spans.get(2)!.label).toBe('fix the bug');
  const tool = [...state.spans.values()].find(({ kind }) => kind === 'tool')!;
  expect([tool.startedAt, tool.finishedAt, tool.logs.map(({ text }) => text)]).toEqual([
    5000,
    7000,
    ['content of a.ts'],
  ]);
});

test('Claude Code: a subagent is inside the tool that started it, even if both finish after later spans have started', async () => {
  const side = { isSidechain: true, agentId: 'a1' };
  const state = await importState([
    user(0, 'do both'),
    assistant(1, 'm1', [use('t1', 'Task', { description: 'look around' })], tokens(1, 1)),
    user(2, 'look around', side),
    assistant(3, 'm2', [use('t2', 'Grep', { pattern: 'x' })], tokens(10, 2), side),
    user(4, result('t2', 'no match', { is_error: true }), side),
    assistant(5, 'm3', [text('nothing')], tokens(20, 3), side),
    user(6, result('t1', 'nothing'), { toolUseResult: { agentId: 'a1' } }),
    assistant(7, 'm4', [text('There is nothing.')], tokens(4, 4)),
  ]);
  expect(outline(state)).toEqual([
    'agent Claude Code',
    '  step turn 1',
    '    llm claude-haiku-4-5 1+1',
    '    tool Task',
    '      agent look around',
    '        llm claude-haiku-4-5 10+2',
    '        tool Grep failed',
    '        llm claude-haiku-4-5 20+3',
    '    llm claude-haiku-4-5 4+4',
  ]);
  const task = [...state.spans.values()].find(({ name }) => name === 'Task')!;
  expect(task.totals.tokens).toBe(35);
});

test('Claude Code: repeated lines count once, and API errors are warnings, not calls', async () => {
  const line = assistant(1, 'm1', [text('a')], tokens(3, 4), { uuid: 'u1' });
  const failure = assistant(2, 'm2', [text('API Error: 529')], tokens(0, 0));
  Object.assign(failure.message, { model: '<synthetic>' });
  const state = await importState([user(0, 'hi', { uuid: 'u0' }), line, line, failure]);
  expect(state.totals.calls).toBe(1);
  expect(state.spans.get(2)!.logs.map(({ stream, text }) => [stream, text])).toEqual([
    ['warning', 'API Error: 529'],
  ]);
});

test('Claude Code: logs of subagents in separate files are read with the session', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-session-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, lines: readonly object[]) => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  };
  mkdirSync(join(folder, 's-1', 'subagents'), { recursive: true });
  const side = (agentId: string) => ({ isSidechain: true, agentId });
  const path = write('s-1.jsonl', [
    user(0, 'go'),
    assistant(1, 'm1', [use('t1', 'Task', {}), use('t2', 'Task', {})], tokens(1, 1)),
    user(8, result('t1', 'x'), { toolUseResult: { agentId: 'a1' } }),
    user(9, result('t2', 'y'), { toolUseResult: { agentId: 'a2' } }),
  ]);
  write('s-1/subagents/agent-a1.jsonl', [
    user(2, 'x', side('a1')),
    assistant(3, 'm2', [text('x')], tokens(10, 1), side('a1')),
  ]);
  write('agent-a2.jsonl', [
    user(2, 'y', side('a2')),
    assistant(4, 'm3', [text('y')], tokens(20, 2), side('a2')),
  ]);
  write('agent-a3.jsonl', [user(2, 'z', { ...side('a3'), sessionId: 'other' })]);
  const { run, close } = await importTrace(path);
  onTestFinished(close);
  const agents = run.spans.filter(({ kind, parent }) => kind === 'agent' && parent !== undefined);
  expect(agents.map(({ id, parent }) => [id, parent])).toEqual([
    ['agent-a1', 't1'],
    ['agent-a2', 't2'],
  ]);
  expect(run.spans.filter(({ kind }) => kind === 'llm')).toHaveLength(3);
});

test('a session of 400 turns has at most 40 parts, whose sums equal those of its calls', async () => {
  const lines: object[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const second = turn * 10;
    lines.push(
      user(second, `question ${turn}`),
      assistant(second + 3, `m${turn}`, [text('x')], tokens(turn, 1, 10)),
    );
    if (turn === 205)
      lines.push({
        type: 'system',
        subtype: 'compact_boundary',
        sessionId: 's-1',
        timestamp: at(second + 4),
      });
    if (turn % 150 !== 20) continue;
    const side = { isSidechain: true, agentId: `a${turn}` };
    lines.push(
      assistant(second + 5, `n${turn}`, [use(`t${turn}`, 'Task', {})], tokens(1, 1)),
      user(second + 6, 'sub', side),
      assistant(second + 7, `s${turn}`, [text('y')], tokens(1000, 7), side),
      user(second + 8, result(`t${turn}`, 'y'), { toolUseResult: { agentId: `a${turn}` } }),
    );
  }
  const state = await importState(lines);
  const agent = state.spans.get(state.roots[0]!)!;
  expect(agent.children.length).toBeLessThanOrEqual(39);
  // 0+1+…+399 uncached, 10 cached each; 3 subagents of 1,000 with the calls that started them.
  expect(state.totals.input).toBe(79_800 + 4000 + 3 * 1001);
  expect(state.totals.output).toBe(400 + 3 * 8);
  const sums = agent.children.map((id) => state.spans.get(id)!.totals.input);
  expect(sums.reduce((a, b) => a + b)).toBe(state.totals.input);
  expect(agent.children.map((id) => state.spans.get(id)!.name)).toContain('turns 201–206');
});

const codex = (second: number, type: string, payload: object) => ({ timestamp: at(second), type, payload });
const counted = (second: number, totals: readonly number[], last: readonly number[]) => {
  const usage = ([input, cached, output, reasoning]: readonly number[]) => ({
    input_tokens: input,
    cached_input_tokens: cached,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
    total_tokens: input! + output!,
  });
  return codex(second, 'event_msg', {
    type: 'token_count',
    info: { total_token_usage: usage(totals), last_token_usage: usage(last) },
  });
};

test("Codex: calls are the growth of the session's totals, and repeated records are not calls", async () => {
  const state = await importState([
    codex(0, 'session_meta', { id: 'c-1', cwd: '/home/u/app' }),
    codex(0, 'turn_context', { model: 'gpt-5.2-codex' }),
    codex(1, 'response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: '<environment_context>x' }],
    }),
    codex(1, 'response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'run the tests' }],
    }),
    codex(3, 'response_item', {
      type: 'function_call',
      call_id: 'f1',
      name: 'shell',
      arguments: '{"command":["npm","test"]}',
    }),
    counted(4, [1000, 200, 50, 10], [1000, 200, 50, 10]),
    counted(4, [1000, 200, 50, 10], [1000, 200, 50, 10]),
    codex(6, 'response_item', {
      type: 'function_call_output',
      call_id: 'f1',
      output: '{"output":"1 failed","metadata":{"exit_code":1}}',
    }),
    codex(8, 'response_item', {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'One fails.' }],
    }),
    counted(9, [2500, 1100, 80, 15], [1500, 900, 30, 5]),
  ]);
  expect(outline(state)).toEqual([
    'agent Codex',
    '  step turn 1',
    '    llm gpt-5.2-codex 1000+50',
    '    tool shell failed',
    '    llm gpt-5.2-codex 1500+30',
  ]);
  expect(callsOf(state).map(({ usage }) => [usage!.cacheRead, usage!.reasoning])).toEqual([
    [200, 10],
    [900, 5],
  ]);
  expect(state.spans.get(3)!.call!.response).toMatchObject({ toolCalls: [{ name: 'shell' }] });
});

test('Codex: a forked session does not count the records copied from its parent', async () => {
  const state = await importState([
    codex(0, 'session_meta', { id: 'c-2', forked_from_id: 'c-1' }),
    codex(0, 'session_meta', { id: 'c-1' }),
    counted(0, [1000, 0, 50, 0], [1000, 0, 50, 0]),
    codex(5, 'response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'continue' }],
    }),
    counted(9, [1800, 0, 70, 0], [800, 0, 20, 0]),
  ]);
  expect(callsOf(state).map(({ usage }) => [usage!.input, usage!.output])).toEqual([[800, 20]]);
});

test('Codex: a turn without a recorded usage has a call of unknown usage', async () => {
  const state = await importState([
    codex(0, 'session_meta', { id: 'c-3' }),
    codex(1, 'response_item', { role: 'user', content: [{ type: 'input_text', text: 'hi' }] }),
    codex(2, 'response_item', {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'hello' }],
    }),
  ]);
  expect(outline(state)).toEqual(['agent Codex', '  step turn 1', '    llm unknown ?']);
  expect(callsOf(state)[0]!.response).toMatchObject({ text: 'hello' });
});

test('Gemini CLI: thoughts are added to the output, as the total shows', async () => {
  const message = {
    id: 'a',
    type: 'gemini',
    timestamp: at(3),
    model: 'gemini-2.5-pro',
    content: 'Reading.',
    tokens: { input: 100, output: 20, cached: 60, thoughts: 30, tool: 0, total: 150 },
    toolCalls: [
      { id: 't', name: 'read_file', args: { path: 'a' }, status: 'error', result: [], timestamp: at(4) },
    ],
  };
  const state = await importState([
    {
      sessionId: 'g',
      startTime: at(0),
      messages: [{ id: 'u', type: 'user', timestamp: at(1), content: 'read a' }, message],
    },
  ]);
  expect(outline(state)).toEqual([
    'agent Gemini CLI',
    '  step turn 1',
    '    llm gemini-2.5-pro 100+50',
    '    tool read_file failed',
  ]);
  expect(callsOf(state)[0]!.usage).toMatchObject({ cacheRead: 60, reasoning: 30 });
});

test('opencode: each step of a message is a call, and the sum of the message is not counted again', async () => {
  const time = (second: number) => Date.parse(at(second));
  const step = (input: number, output: number, cost: number) => ({
    type: 'step-finish',
    tokens: { input, output, reasoning: 2, cache: { read: 10, write: 0 } },
    cost,
  });
  const state = await importState([
    {
      info: { id: 'o', title: 'Rename a file', directory: '/home/u/app' },
      messages: [
        {
          info: { id: '1', role: 'user', time: { created: time(0) } },
          parts: [{ type: 'text', text: 'rename it' }],
        },
        {
          info: {
            id: '2',
            role: 'assistant',
            modelID: 'claude-haiku-4-5',
            providerID: 'anthropic',
            time: { created: time(1), completed: time(9) },
            tokens: { input: 30, output: 8, reasoning: 4, cache: { read: 20, write: 0 } },
            cost: 0.03,
          },
          parts: [
            {
              type: 'tool',
              callID: 't',
              tool: 'bash',
              state: {
                status: 'completed',
                input: { command: 'mv' },
                output: 'ok',
                time: { start: time(3), end: time(4) },
              },
            },
            step(10, 3, 0.01),
            { type: 'text', text: 'Renamed.', time: { start: time(7), end: time(8) } },
            step(20, 5, 0.02),
          ],
        },
      ],
    },
  ]);
  expect(outline(state).toSorted()).toEqual([
    '    llm claude-haiku-4-5 20+5',
    '    llm claude-haiku-4-5 30+7',
    '    tool bash',
    '  step turn 1',
    'agent opencode',
  ]);
  expect(state.started!.project).toBe('/home/u/app');
});

test('pi: counts exclude the cache, failed tools are failed, and a compaction is a step', async () => {
  const entry = (second: number, id: string, message: object) => ({
    type: 'message',
    id,
    parentId: null,
    timestamp: at(second),
    message,
  });
  const state = await importState([
    { type: 'session', version: 3, id: 'p', timestamp: at(0), cwd: '/home/u/app' },
    entry(1, 'e1', { role: 'user', content: [text('hi')] }),
    entry(3, 'e2', {
      role: 'assistant',
      model: 'claude-haiku-4-5',
      provider: 'anthropic',
      content: [{ type: 'toolCall', id: 't', name: 'read', arguments: { path: 'a' } }],
      usage: { input: 10, output: 5, cacheRead: 100, cacheWrite: 20, totalTokens: 135, cost: { total: 0.5 } },
    }),
    entry(4, 'e3', { role: 'toolResult', toolCallId: 't', isError: true, content: [text('no such file')] }),
    { type: 'compaction', id: 'e4', parentId: 'e3', timestamp: at(5), summary: 'short' },
  ]);
  expect(outline(state)).toEqual([
    'agent pi',
    '  step turn 1',
    '    llm claude-haiku-4-5 130+5',
    '    tool read failed',
    '    step compaction',
  ]);
});

test('ATIF: each step of the agent is a call, and the final metrics are not counted again', async () => {
  const state = await importState([
    {
      schema_version: 'ATIF-v1.6',
      session_id: 'a',
      agent: { name: 'solver', model_name: 'gpt-5-mini' },
      steps: [
        { step_id: 1, timestamp: at(0), source: 'user', message: 'solve it' },
        {
          step_id: 2,
          timestamp: at(4),
          source: 'agent',
          message: 'Running.',
          tool_calls: [{ tool_call_id: 't', function_name: 'bash', arguments: { command: 'ls' } }],
          observation: { results: [{ source_call_id: 't', content: 'a.ts' }] },
          metrics: { prompt_tokens: 100, completion_tokens: 7, cached_tokens: 60, cost_usd: 0.5 },
        },
      ],
      final_metrics: { total_prompt_tokens: 100, total_completion_tokens: 7 },
    },
  ]);
  expect(outline(state)).toEqual([
    'agent solver',
    '  step turn 1',
    '    llm gpt-5-mini 100+7',
    '    tool bash',
  ]);
  expect(callsOf(state)[0]!.usage!.cacheRead).toBe(60);
});
