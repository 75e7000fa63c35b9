import { expect, test } from 'vitest';
import { eventsOf, mainFile, workspace, type Workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';
import { serializeEvent } from '../../src/trace/write/jsonl.js';
import { serve } from '../support/llm-server.js';
import { openTerminal, type TestTerminal } from '../support/terminal.js';
import { buildTrace } from '../support/trace-builder.js';

const prose =
  'The quick brown fox jumps over the dog. The dog sleeps. Foxes are quick and brown. Dogs sleep a lot.';

function open(
  place: Workspace,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): TestTerminal {
  return openPflow(place, args, { env: more });
}

const shows = (text: string) => (screen: string[]) => screen.some((row) => row.includes(text));

/** A run that lasts until it is stopped: its model does not respond. */
async function endless(place: Workspace): Promise<TestTerminal> {
  const { url } = await serve(() => {});
  const terminal = open(place, ['tui', 'summarize notes.md', '--planner', 'model'], {
    PFLOW_MODEL: 'openai-compatible/deaf',
    OPENAI_BASE_URL: `${url}/v1`,
  });
  await terminal.waitFor(shows('workflow-discovery'), 'the planner at work');
  return terminal;
}

test('a run is shown on the screen, quit with q, and its summary is printed on the normal screen', async () => {
  const place = workspace();
  place.write('notes.md', prose);
  const terminal = open(place, ['tui', 'count words in notes.md']);
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  expect(terminal.buffer()).toBe('alternate');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.cursorHidden()).toBe(false);
  const left = terminal.screen().filter((row) => row !== '');
  // The result, and below it the summary.
  expect(left[0]).toBe('20');
  expect(left[1]).toMatch(/^✓ count words in notes\.md {2}done after /);
  expect(left.length).toBeLessThanOrEqual(21);

  const again = open(place, ['tui', '--trace', 'latest']);
  await again.waitFor(shows('✓ done'), 'the run, opened again');
  again.write('q');
  expect((await again.exit).code).toBe(0);
  expect(again.screen().filter((row) => row !== '')).toEqual(left.map(() => expect.any(String) as string));
  expect(again.screen()[0]).toBe('20');
});

test('the result printed on exit cannot control the terminal', async () => {
  const place = workspace();
  place.write('wf.json', {
    nodes: [{ id: 'say', type: 'code', params: { code: 'result = "one\\u001b[31m\\ntwo"' } }],
    outputs: { said: { source: '${say.result}' } },
  });
  const terminal = open(place, ['tui', 'wf.json']);
  await terminal.waitFor(shows('✓ done'), 'the end of the run');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.screen().slice(0, 2)).toEqual(['one␛[31m', 'two']);
});

test('with --screen-reader a run and its trace are printed as sentences, and questions are one line', async () => {
  const place = workspace();
  place.write('notes.md', prose);
  const terminal = open(place, ['tui', '--screen-reader', 'count words in notes.md and save it to out.txt']);
  await terminal.waitFor(shows('Run it? [y/N]'), 'the question');
  terminal.write('y\r');
  expect((await terminal.exit).code).toBe(0);
  const said = terminal.screen().join('\n');
  expect(said).toContain('Stage workflow started.');
  expect(said).toMatch(/^Stage planner started\.$[^]*^Node write done in .+\.$[^]*^Run .+ done after .+\.$/m);
  expect(said).not.toMatch(/[✓✗→▸█]/);
  // Only the prompt is edited in place; no other output moves the cursor.
  expect(terminal.raw().slice(0, terminal.raw().indexOf('Run it?') - 20)).not.toContain('\x1b');

  const again = open(place, ['tui', '--trace', 'latest'], { ACCESSIBLE: '1' });
  expect((await again.exit).code).toBe(0);
  expect(again.raw()).not.toContain('\x1b');
  expect(again.screen().join('\n')).toMatch(/Stage workflow done in .+\n(?:.+\n)*Trace: /);
});

test('--screen-reader takes precedence over the environment, and that over the settings', async () => {
  const place = workspace();
  place.write('notes.md', prose);
  const says = async (args: string[], env: Record<string, string> = {}) =>
    (await place.pflow([...args, 'count words in notes.md'], { env })).stderr;
  expect(await says([])).toContain('✓ ');
  place.write('.home/settings.json', { screenReader: true });
  expect(await says([])).toContain('Stage workflow started.');
  expect(await says([], { PFLOW_SCREEN_READER: '0', ACCESSIBLE: '1' })).toContain('✓ ');
  expect(await says(['--screen-reader'], { PFLOW_SCREEN_READER: '0' })).toContain('Stage workflow started.');
});

test('a finished run is reopened from its trace', async () => {
  const place = workspace();
  place.write('notes.md', prose);
  await place.pflow(['-p', 'count words in notes.md']);
  const terminal = open(place, ['tui', '--trace', 'latest']);
  await terminal.waitFor(shows('✓ done'), 'the run');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});

test('--follow shows that the writer of a trace was lost, with everything it had written', async () => {
  const place = workspace();
  place.write('notes.md', prose);
  const writer = await endless(place);
  const follower = open(place, ['tui', '--follow', 'latest']);
  await follower.waitFor(shows('running'), 'the run of the other process');
  await follower.waitFor(shows('workflow-discovery'), 'its node');
  writer.kill('SIGKILL');
  await follower.waitFor(shows('writer gone'), 'the end of the writer');
  expect(follower.screen().some((row) => row.includes('workflow-discovery'))).toBe(true);
  follower.write('q');
  expect((await follower.exit).code).toBe(0);
});

test('a search in a large file finds values that only the file contains, while the screen stays responsive', async () => {
  const place = workspace();
  const filler = 'lorem ipsum '.repeat(2500);
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      for (let i = 0; i < 1000; i++)
        t.node(`step-${i}`, {}, () => t.set({ [`/step-${i}/text`]: i === 777 ? `${filler}NEEDLE` : filler }));
    }),
  );
  const path = place.write('long.jsonl', events.map((event) => `${serializeEvent(event)}\n`).join(''));
  const terminal = open(place, ['tui', '--trace', path]);
  await terminal.waitFor(shows('✓ done'), 'the end of the file');
  terminal.write('/needle');
  await terminal.waitFor(shows('step-777'), 'what was found');
  expect(terminal.screen().some((row) => row.includes('step-776'))).toBe(false);
  terminal.write('x');
  await terminal.waitFor(shows('No row matches "needlex"'), 'that there is no more to find');
  expect(terminal.screen()[0]).toContain('✓ done');
});

test('without the screen the plan is confirmed by a prompt on the terminal', async () => {
  const place = workspace();
  place.write('notes.md', prose);
  const terminal = open(place, ['count words in notes.md and save it to out.txt']);
  await terminal.waitFor(shows('Run it? [y/N]'), 'the question');
  terminal.write('y\r');
  expect((await terminal.exit).code).toBe(0);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'ok' });
});

test('Ctrl-C opens a dialog, then cancels the run, restores the terminal and completes the trace', async () => {
  const place = workspace();
  const terminal = await endless(place);
  terminal.write('\x03');
  await terminal.waitFor(shows('Cancel the run?'), 'the question');
  terminal.write('y');
  expect((await terminal.exit).code).toBe(130);
  expect([terminal.buffer(), terminal.cursorHidden()]).toEqual(['normal', false]);
  expect(terminal.screen()[0]).toMatch(/^■ summarize notes\.md {2}cancelled after /);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
  expect(eventsOf(place.trace(), 'control.changed')).toMatchObject([{ change: 'cancel-requested' }]);
});

test('a second Ctrl-C cancels without a further question', async () => {
  const terminal = await endless(workspace());
  terminal.write('\x03');
  await terminal.waitFor(shows('Cancel the run?'), 'the question');
  terminal.write('\x03');
  expect((await terminal.exit).code).toBe(130);
});

test('a run can be cancelled without quitting the screen', async () => {
  const terminal = await endless(workspace());
  terminal.write('\x03');
  await terminal.waitFor(shows('Cancel the run?'), 'the question');
  terminal.write('s');
  await terminal.waitFor(shows('⊘ cancelled'), 'the end of the run');
  expect(terminal.buffer()).toBe('alternate');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(130);
});

test('SIGTERM cancels without a question', async () => {
  const place = workspace();
  const terminal = await endless(place);
  terminal.kill('SIGTERM');
  expect((await terminal.exit).code).toBe(130);
  expect([terminal.buffer(), terminal.cursorHidden()]).toEqual(['normal', false]);
  expect(place.trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
});

test('q during a run asks whether to cancel it', async () => {
  const place = workspace();
  const terminal = await endless(place);
  terminal.write('q');
  await terminal.waitFor(shows('The run is still in progress. Cancel it? [y/N]'), 'the question');
  expect(terminal.buffer()).toBe('normal');
  terminal.write('y\r');
  expect((await terminal.exit).code).toBe(130);
});

test('declining to cancel continues the run as lines, and Ctrl-C still cancels it', async () => {
  const place = workspace();
  const terminal = await endless(place);
  terminal.write('q');
  await terminal.waitFor(shows('[y/N]'), 'the question');
  terminal.write('n\r');
  await terminal.waitFor(shows('The run continues.'), 'the end of the question');
  terminal.write('\x03');
  expect((await terminal.exit).code).toBe(130);
  expect(terminal.screen()).toContainEqual(expect.stringContaining('■ workflow-discovery'));
});

test('a run that cannot start restores the terminal and prints the reason', async () => {
  const terminal = open(workspace(), ['tui', 'nosuch.json']);
  expect((await terminal.exit).code).toBe(2);
  expect(terminal.buffer()).toBe('normal');
  expect(terminal.screen()[0]).toBe("pflow: There is no file 'nosuch.json'.");
});

for (const setting of ['TERM=dumb', 'CI=true']) {
  test(`with ${setting} no screen is shown and no escape sequence is written`, async () => {
    const place = workspace();
    place.write('notes.md', prose);
    // The terminal sets TERM itself, so `env` overrides it.
    const args = [setting, process.execPath, mainFile, 'tui', 'count words in notes.md'];
    const terminal = openTerminal({ command: 'env', args, cwd: place.folder, env: place.env });
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.raw()).toContain('✓ count');
    expect(terminal.raw()).not.toContain('\x1b');
  });
}
