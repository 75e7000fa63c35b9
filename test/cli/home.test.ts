/** The home screen in a real terminal: many runs in one process. */
import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';
import { type TestTerminal } from '../support/terminal.js';

function open(place: Workspace): TestTerminal {
  return openPflow(place, ['tui']);
}

const shows = (text: string) => (screen: string[]) => screen.some((row) => row.includes(text));

test('runs are started, left while in progress, opened again, and rerun through their plan from home', async () => {
  const place = workspace();
  // It runs until the file exists.
  place.write('wait.json', {
    nodes: [
      { id: 'hold', type: 'shell', params: { command: 'until [ -e go ]; do sleep 0.05; done; echo gone' } },
    ],
  });
  place.write('quick.json', {
    nodes: [{ id: 'say', type: 'code', params: { code: 'result = "quickly said"' } }],
  });
  const terminal = open(place);
  await terminal.waitFor(shows('No runs yet'), 'the empty home screen');
  terminal.write(':wait.json\r');
  await terminal.waitFor(shows('now hold'), 'the first run');
  terminal.write('L');
  await terminal.waitFor(shows('hold 0/1'), 'the first run at home, in progress');
  terminal.write(':quick.json\r');
  await terminal.waitFor(shows('✓ done'), 'the second run');
  terminal.write('\u001b');
  await terminal.waitFor((rows) => shows('1 Runs')(rows) && shows('✓ quick')(rows), 'both runs at home');
  terminal.write('\r');
  await terminal.waitFor(shows('now hold'), 'the first run, opened again');
  place.write('go', '');
  await terminal.waitFor(shows('✓ done'), 'its end');
  terminal.write('L');
  await terminal.waitFor(shows('✓ wait'), 'its end at home');
  terminal.write('/quick\r\u0012');
  // Its keys are accepted once it has been readable.
  await terminal.waitFor(
    (rows) => shows('Plan quick')(rows) && shows('⏎ run')(rows),
    'the plan of the rerun',
  );
  terminal.write('\r');
  await terminal.waitFor(shows('✓ done'), 'the rerun');
  expect(place.traces()).toHaveLength(3);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  expect(terminal.buffer()).toBe('normal');
  const left = terminal.screen().filter((row) => row !== '');
  expect(left.filter((row) => row.startsWith('✓ '))).toHaveLength(3);
  expect(left).toEqual(expect.arrayContaining(['gone', 'quickly said']));
});
