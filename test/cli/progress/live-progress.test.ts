import { expect, test } from 'vitest';
import { mainFile, workspace } from '../../support/cli.js';
import { chatChunks, serve, write } from '../../support/llm-server.js';
import { openTerminal } from '../../support/terminal.js';

test('on a terminal a live line gives way to the streamed answer, which is printed once', async () => {
  const answer = 'The first words of it are here and the rest is yet to come.';
  const steps: (() => void)[] = [];
  const waits = [0, 1].map(() => new Promise<void>((resolve) => steps.push(resolve)));
  const { url } = await serve(async (response) => {
    await waits[0];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [i, chunk] of chatChunks(answer).entries()) {
      if (i === 5) await waits[1];
      await write(response, chunk);
    }
    response.end();
  });
  const { folder, env, write: save } = workspace();
  save('wf.json', {
    nodes: [
      { id: 'list', type: 'shell', params: { command: 'echo ${item}' }, batch: { items: ['a', 'b'] } },
      { id: 'ask', type: 'llm', params: { prompt: 'What is new?' } },
    ],
    edges: [{ from: 'list', to: 'ask' }],
    outputs: { said: { source: '${ask.response}' } },
  });
  const terminal = openTerminal({
    command: process.execPath,
    args: [mainFile, 'wf.json'],
    columns: 70,
    cwd: folder,
    env: { ...env, PFLOW_MODEL: 'openai-compatible/slow', OPENAI_BASE_URL: `${url}/v1`, NO_COLOR: '1' },
  });
  const shows = (pattern: RegExp) =>
    terminal.waitFor((screen) => screen.some((row) => pattern.test(row)), String(pattern));
  await shows(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ask · /);
  terminal.resize(30, 40);
  terminal.resize(70, 40);
  steps[0]!();
  await shows(/^The first words of it/);
  steps[1]!();
  expect((await terminal.exit).code).toBe(0);
  const rows = terminal.screen().filter(Boolean);
  expect(rows.filter((row) => row.includes('yet to come'))).toEqual([answer]);
  expect(rows.filter((row) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(row))).toEqual([]);
  // Colours are all that NO_COLOR leaves out.
  expect(terminal.raw()).not.toContain('\u001b[36m');
  expect(terminal.raw()).toContain('\u001b[J');
});

test('without a terminal nothing is redrawn', async () => {
  const { pflow, write: save } = workspace();
  save('wf.json', { nodes: [{ id: 'hi', type: 'shell', params: { command: 'echo hi' } }] });
  const { stderr, stdout } = await pflow(['wf.json']);
  expect(stdout).toBe('hi\n');
  // eslint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[\u001b\r]/);
});
