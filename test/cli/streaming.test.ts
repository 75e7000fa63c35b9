import { existsSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';
import { chatChunks, serve, write } from '../support/llm-server.js';
import { type TestTerminal } from '../support/terminal.js';

const answer = 'The first words of it are here and the rest is yet to come.';

/** A model server that streams the first half of its response and then waits for `go`. */
async function slowModel(): Promise<{ url: string; go: () => void }> {
  let go = () => {};
  const released = new Promise<void>((resolve) => (go = resolve));
  const chunks = chatChunks(answer);
  const { url } = await serve(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [i, chunk] of chunks.entries()) {
      if (i === 5) await released;
      await write(response, chunk);
    }
    response.end();
  });
  return { url, go };
}

function open(place: Workspace, args: readonly string[], url: string): TestTerminal {
  return openPflow(place, args, {
    env: { PFLOW_MODEL: 'openai-compatible/slow', OPENAI_BASE_URL: `${url}/v1` },
  });
}

const shows = (text: string) => (screen: string[]) => screen.some((row) => row.includes(text));

test('a response is shown while it streams, also with --follow, and its temporary file is deleted', async () => {
  const place = workspace();
  place.write('wf.json', {
    nodes: [{ id: 'ask', type: 'llm', params: { prompt: 'What is new?' } }],
    outputs: { said: { source: '${ask.response}' } },
  });
  const { url, go } = await slowModel();
  const terminal = open(place, ['tui', 'wf.json'], url);
  // A word is shown once it is complete.
  await terminal.waitFor(shows(' The first words of it are '), 'the first half of the answer');
  expect(terminal.screen().some((row) => row.includes('answering'))).toBe(true);
  const live = place.traces()[0]!.replace(/\.jsonl$/, '.live');
  await expect.poll(() => existsSync(live)).toBe(true);
  expect(statSync(live).mode & 0o777).toBe(0o600);

  const follower = open(place, ['tui', '--follow', 'latest'], url);
  await follower.waitFor(shows(' The first words of it are '), 'the answer, followed');
  go();
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  await terminal.waitFor(shows(`   ${answer}`), 'the result');
  await follower.waitFor(shows(`   ${answer}`), 'the result, followed');
  await expect.poll(() => existsSync(live)).toBe(false);
  terminal.write('q');
  follower.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.screen()[0]).toBe(answer);
  expect((await follower.exit).code).toBe(0);
}, 60_000);

test('the output of a command is shown while it runs', async () => {
  const place = workspace();
  const command = 'echo one step; echo two steps >&2; while [ ! -e go ]; do sleep 0.05; done; echo done';
  place.write('wf.json', { nodes: [{ id: 'work', type: 'shell', params: { command } }] });
  const terminal = open(place, ['tui', 'wf.json'], 'http://127.0.0.1:9');
  await terminal.waitFor(
    (screen) => screen.includes(' one step') && screen.includes(' two steps'),
    'the output',
  );
  expect(terminal.screen().some((row) => row.startsWith('── log · work'))).toBe(true);
  place.write('go', '');
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
}, 60_000);
