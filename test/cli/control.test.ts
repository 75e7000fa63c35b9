import { createWriteStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, workspace, type Workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';
import { chatChunks, json, serve, stream } from '../support/llm-server.js';
import { type TestTerminal } from '../support/terminal.js';

const shows = (text: string) => (screen: string[]) => screen.some((row) => row.includes(text));

function open(
  place: Workspace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): TestTerminal {
  return openPflow(place, args, { env });
}

/** A run on the screen of `first`, `second` and `third`; `first` waits until it is released. */
async function held(place: Workspace) {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const { url } = await serve(async (response, request) => {
    await gate;
    await json(200, {})(response, request);
  });
  place.write('wf.json', {
    nodes: [
      { id: 'first', type: 'http', params: { url } },
      { id: 'second', type: 'echo', params: { message: 'two' } },
      { id: 'third', type: 'echo', params: { message: 'three' } },
    ],
    edges: [
      { from: 'first', to: 'second' },
      { from: 'second', to: 'third' },
    ],
  });
  const terminal = open(place, ['tui', 'wf.json']);
  await terminal.waitFor(shows('third'), 'the plan');
  return { terminal, letGo };
}

test('a run pauses between nodes, steps by one node, and resumes', async () => {
  const place = workspace();
  const { terminal, letGo } = await held(place);
  terminal.write(' ');
  await terminal.waitFor(shows('paused'), 'the pause');
  letGo();
  await terminal.waitFor(shows('✓ first'), 'the end of what ran already');
  expect(terminal.screen().some((row) => row.includes('✓ second'))).toBe(false);
  terminal.write('o');
  await terminal.waitFor(shows('✓ second'), 'one node more');
  expect(shows('paused')(terminal.screen())).toBe(true);
  terminal.write(' ');
  await terminal.waitFor(shows('✓ done'), 'the end');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(eventsOf(place.trace(), 'control.changed').map(({ change }) => change)).toEqual([
    'paused',
    'wait-started',
    // A step: its node ends the wait.
    'wait-finished',
    'wait-started',
    'resumed',
    'wait-finished',
  ]);
});

test('a breakpoint pauses the run before its node, and without the screen the run continues to its end', async () => {
  const place = workspace();
  const { terminal, letGo } = await held(place);
  await terminal.waitFor(
    (screen) => screen.some((row) => /^❯.*first/.test(row)),
    'the running node selected',
  );
  terminal.write('jjb');
  await terminal.waitFor((screen) => screen.some((row) => /^❯.*third.*◉/.test(row)), 'the breakpoint’s mark');
  letGo();
  await terminal.waitFor(shows('paused'), 'the breakpoint');
  await terminal.waitFor(shows('✓ second'), 'the node before it');
  terminal.write('q');
  await terminal.waitFor(shows('The run is still in progress. Cancel it?'), 'the question');
  terminal.write('n\r');
  expect((await terminal.exit).code).toBe(0);
  expect(eventsOf(place.trace(), 'control.changed')).toMatchObject([
    { change: 'breakpoint', reason: 'third' },
    { change: 'wait-started', cause: 'pause' },
    { change: 'resumed' },
    { change: 'wait-finished', cause: 'pause' },
  ]);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'ok' });
});

test('the header shows the used share of the limits', async () => {
  const usage = { prompt_tokens: 60, completion_tokens: 40, total_tokens: 100 };
  const { url } = await serve(stream(chatChunks('Well said.', { usage })));
  const place = workspace();
  place.write('wf.json', { nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'Say it.' } }] });
  const env = { PFLOW_MODEL: 'openai-compatible/gpt-test-1', OPENAI_BASE_URL: `${url}/v1` };
  const terminal = open(place, ['tui', 'wf.json', '--max-tokens', '200'], env);
  await terminal.waitFor(shows('✓ done'), 'the end');
  expect(terminal.screen()[0]).toMatch(/budget █+░+ 50%/);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test("settings determine the screen's appearance, and flags override them", async () => {
  const place = workspace();
  mkdirSync(place.env['PFLOW_HOME']!, { recursive: true });
  place.write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  place.write('.home/settings.json', { glyphs: 'ascii', mouse: true, them: 'dark' });
  await place.pflow(['-p', 'wf.json']);
  for (const [flags, done, mouse] of [
    [[], '+ done', true],
    [['--glyphs', 'unicode', '--no-mouse'], '✓ done', false],
  ] as const) {
    const terminal = open(place, ['tui', '--trace', 'latest', ...flags]);
    await terminal.waitFor(shows(done), 'the run');
    expect(terminal.raw().includes('\x1b[?1000h')).toBe(mouse);
    terminal.write('q');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.screen().join('\n')).toContain("There is no setting 'them'. Did you mean 'theme'?");
  }
});

test('the screen is shown while a large trace loads, with its progress', async () => {
  const place = workspace();
  const path = join(place.folder, 'large.jsonl');
  await writeLarge(path, 20_000);
  const terminal = open(place, ['tui', '--trace', path]);
  await terminal.waitFor(shows('✓ done'), 'all of it');
  expect(terminal.raw()).toMatch(/reading \d+%/);
  terminal.write('G');
  await terminal.waitFor(shows('node19999'), 'its last node');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

/** Writes a trace with that many nodes of half a kilobyte each. */
async function writeLarge(path: string, nodes: number): Promise<void> {
  const file = createWriteStream(path);
  let seq = 0;
  const write = (event: object) => file.write(`${JSON.stringify({ seq, at: seq++ / 100, ...event })}\n`);
  write({
    type: 'run.started',
    format: 'pflow-trace',
    version: 1,
    run: '0a1b2c3d-0000-4000-8000-000000000001',
    startedAt: '2026-01-15T10:00:00.000Z',
    pflow: '0.1.0',
    name: 'large',
    params: {},
    flags: { simulated: false, capture: 'preview', redact: true },
  });
  write({ type: 'span.started', span: 1, kind: 'stage', name: 'workflow' });
  for (let i = 0; i < nodes; i++) {
    const span = i + 2;
    write({ type: 'span.started', span, parent: 1, kind: 'node', name: `node${i}`, nodeType: 'echo' });
    write({ type: 'store.changed', span, set: { [`/node${i}/echo`]: 'x'.repeat(300) } });
    write({ type: 'span.finished', span, status: 'ok' });
  }
  write({ type: 'span.finished', span: 1, status: 'ok' });
  write({ type: 'run.finished', status: 'ok' });
  file.end();
  await once(file, 'finish');
}
