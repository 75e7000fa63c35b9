import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../src/collect/program/start-program.js';
import type { RunState, Span } from '../../src/profile/run/run-state.js';
import { recordProgram } from '../../src/session/record-program.js';
import type { RunOrigin } from '../../src/session/run-events.js';
import type { KnownTraceEvent } from '../../src/trace/event/event.js';
import { json, serve, stream, type Reply } from '../support/llm-server.js';
import { tableOf } from '../support/prices.js';

const ANSWER = {
  model: 'gpt-5-mini',
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 100_000, total_tokens: 1_100_000 },
};

/** Answers with an id of its own each time, as a provider does. */
function answerAnew(): Reply {
  let count = 0;
  return (response, request) => json(200, { ...ANSWER, id: `chatcmpl-${++count}` })(response, request);
}

/** Asks a model at `base`; the name of the function is that of the caller. */
const ASK = `
  const body = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] });
  async function ask(base) {
    const response = await fetch(base + '/chat/completions', {
      method: 'POST', body, headers: { authorization: 'Bearer sk-secret-key' },
    });
    return response.status === 200 ? (await response.json()).choices[0].message.content : response.status;
  }
`;

type Setup = Readonly<{
  files: Readonly<Record<string, string>>;
  reply?: Reply;
  env?: (upstream: string) => Readonly<Record<string, string>>;
  limits?: RunOrigin['limits'];
}>;

/** Runs main.mjs as an observed program and returns what was recorded. */
async function observe({ files, reply = answerAnew(), env = () => ({}), limits }: Setup) {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-program-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const upstream = await serve(reply);
  const program = await startProgram({
    command: process.execPath,
    args: [join(folder, 'main.mjs')],
    env: { PATH: process.env['PATH'], UPSTREAM: `${upstream.url}/v1`, ...env(upstream.url) },
    stdio: ['ignore', 'pipe', 'inherit'],
    gateway: false,
    content: false,
  });
  let stdout = '';
  program.child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
  const recording = recordProgram(program, {
    name: 'main',
    prices: tableOf({}),
    env: {},
    ...(limits ? { limits } : {}),
  });
  const { exit, state } = await recording.done;
  return {
    exit,
    state,
    stdout,
    upstream,
    program,
    events: recording.log.all as KnownTraceEvent[],
    tree: treeOf(state),
  };
}

/** The spans as an outline: kind and name, indented. */
function treeOf(state: RunState): string[] {
  const lines: string[] = [];
  const visit = (span: Span): void => {
    lines.push(`${'  '.repeat(span.depth)}${span.kind} ${span.name}${span.label ? ` ${span.label}` : ''}`);
    for (const child of span.children) visit(state.spans.get(child)!);
  };
  for (const root of state.roots) visit(state.spans.get(root)!);
  return lines;
}

test('the calls of a Node program, of its worker and of its child are recorded under process and caller', async () => {
  const { tree, state, exit, stdout, events } = await observe({
    files: {
      'main.mjs': `${ASK}
        import { spawnSync } from 'node:child_process';
        import { once } from 'node:events';
        import { Worker } from 'node:worker_threads';
        console.log(await ask(process.env.UPSTREAM));
        await once(new Worker(new URL('worker.mjs', import.meta.url)), 'exit');
        const child = new URL('child.mjs', import.meta.url).pathname;
        spawnSync(process.execPath, [child], { stdio: 'inherit' });
        process.exit(7);`,
      'worker.mjs': `${ASK} await ask(process.env.UPSTREAM);`,
      'child.mjs': `${ASK} async function inChild() { await ask(process.env.UPSTREAM); } await inChild();
        process.exit(0);`,
    },
  });
  expect(exit).toEqual({ code: 7 });
  expect(stdout).toBe('Hello\n');
  expect(tree).toEqual([
    'program main',
    '  step ask main.mjs:4',
    '    llm gpt-5-mini',
    '  llm gpt-5-mini',
    '  program child.mjs',
    '    step ask child.mjs:4',
    '      llm gpt-5-mini',
  ]);
  expect(state.totals).toMatchObject({ calls: 3, input: 3_000_000 });
  expect(state.started).toMatchObject({ source: 'observed', traceparent: expect.stringMatching(/^00-/) });
  expect(state.finished).toMatchObject({
    status: 'failed',
    error: { message: 'The program exited with code 7.' },
  });
  expect(JSON.stringify(events)).not.toContain('sk-secret-key');
});

test('a call through the gateway is recorded once, with its caller where the program has the tap', async () => {
  const { tree, state, events, upstream, program } = await observe({
    files: {
      'main.mjs': `${ASK}
        import { spawnSync } from 'node:child_process';
        await ask(process.env.OPENAI_BASE_URL);
        const env = { ...process.env, NODE_OPTIONS: '' };
        const child = new URL('child.mjs', import.meta.url).pathname;
        spawnSync(process.execPath, [child], { env });`,
      'child.mjs': `${ASK} await ask(process.env.OPENAI_BASE_URL);`,
    },
    env: (url) => ({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/proxy/v1` }),
  });
  expect(upstream.received.map(({ path }) => path)).toEqual(Array(2).fill('/proxy/v1/chat/completions'));
  expect(tree).toEqual(['program main', '  step ask main.mjs:4', '    llm gpt-5-mini', '  llm gpt-5-mini']);
  expect(state.totals.calls).toBe(2);
  const requests = events.filter((event) => event.type === 'llm.request');
  const host = new URL(upstream.url).host;
  expect(requests).toMatchObject([
    { seenBy: 'tap', host },
    { seenBy: 'gateway', host },
  ]);
  expect(readdirSync(tmpdir())).not.toContain(program.spool.folder.split('/').at(-1));
});

test('once the limit is reached, the next call is refused and the program continues', async () => {
  const { stdout, exit, state, events, upstream } = await observe({
    files: {
      'main.mjs': `${ASK}
        for (let i = 0; i < 3; i++) console.log(await ask(process.env.OPENAI_BASE_URL));
        process.exit(0);`,
    },
    env: (url) => ({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` }),
    limits: { maxTokens: 1000 },
  });
  expect(stdout).toBe('Hello\n402\n402\n');
  expect(upstream.received).toHaveLength(1);
  expect(exit).toEqual({ code: 0 });
  expect(events.filter((event) => event.type === 'control.changed').map(({ change }) => change)).toEqual([
    'budget-exceeded',
    'call-refused',
    'call-refused',
  ]);
  expect(state.totals.input).toBe(1_000_000);
});

test('an agent that calls the same tool again and again is refused its next call through the gateway', async () => {
  const call = { id: 'c', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } };
  const message = { content: null, tool_calls: [call] };
  const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  const { stdout, upstream, events } = await observe({
    files: {
      'main.mjs': `${ASK}
        for (let i = 0; i < 5; i++) console.log(await ask(process.env.OPENAI_BASE_URL));
        process.exit(0);`,
    },
    reply: json(200, { model: 'gpt-5-mini', choices: [{ message, finish_reason: 'tool_calls' }], usage }),
    env: (url) => ({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` }),
    limits: { stopOnLoop: true },
  });
  expect(stdout).toBe('null\nnull\nnull\n402\n402\n');
  expect(upstream.received).toHaveLength(3);
  expect(
    events.flatMap((event) => (event.type === 'control.changed' ? [[event.change, event.reason]] : [])),
  ).toEqual([
    ['loop-warned', '3 calls in a row called read with the same arguments and got the same result'],
    ...Array.from({ length: 2 }, () => [
      'call-refused',
      expect.stringMatching(/^pflow: stopped in a loop: 3 calls/),
    ]),
  ]);
});

test('the text of a stream in progress is shown, and a process that exits within it has a call that broke off', async () => {
  const chunk = { choices: [{ delta: { content: 'word ' } }] };
  const { state, exit } = await observe({
    files: {
      'main.mjs': `
        const body = JSON.stringify({ model: 'gpt-5-mini', stream: true, messages: [] });
        const response = await fetch(process.env.UPSTREAM + '/chat/completions', { method: 'POST', body });
        await response.body.getReader().read();
        process.exit(0);`,
    },
    reply: stream([chunk, chunk], 'open'),
  });
  expect(exit).toEqual({ code: 0 });
  const [call] = [...state.spans.values()].filter(({ kind }) => kind === 'llm');
  expect(call).toMatchObject({ status: 'cancelled', call: { usageOrigin: 'estimated' } });
});

test('a command that does not exist is a failed run', async () => {
  const program = await startProgram({
    command: '/no/such/command',
    args: [],
    env: {},
    stdio: 'ignore',
    gateway: false,
    content: false,
  });
  const { exit, state } = await recordProgram(program, { name: 'such', prices: tableOf({}), env: {} }).done;
  expect(exit).toMatchObject({ error: { code: 'ENOENT' } });
  expect(state.finished?.error?.message).toBe("'such' could not be started: there is no such command.");
});
