/** The six tasks of a newcomer in a real terminal, each with at most five keys whose names are on the screen; and reruns of a part. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';
import { repositoryFile } from '../support/manual-pages.js';
import type { TestTerminal } from '../support/terminal.js';

const shows =
  (...texts: string[]) =>
  (screen: string[]) =>
    texts.every((text) => screen.some((row) => row.includes(text)));

/** Keys that a task may take. */
const MOST_KEYS = 5;

/** Presses keys whose names are on the screen, and counts them. */
class Newcomer {
  keys = 0;

  constructor(readonly terminal: TestTerminal) {}

  press(key: string, name: string): void {
    const screen = this.terminal.screen().join('\n');
    if (!screen.includes(name)) throw new Error(`${name} is not on the screen:\n${screen}`);
    this.terminal.write(key);
    this.keys++;
  }

  /** Waits until the task is solved, with the keys since the last one. */
  async solved(task: string, ...texts: string[]): Promise<void> {
    await this.terminal.waitFor(shows(...texts), task);
    if (this.keys > MOST_KEYS) throw new Error(`${task} takes ${this.keys} keys.`);
    this.keys = 0;
  }
}

test('a newcomer finds the cost and the slowest step of a run', async () => {
  const place = workspace();
  copyFileSync(
    repositoryFile('test/fixtures/traces/done-with-planner.jsonl'),
    join(place.folder, 'run.jsonl'),
  );
  const user = new Newcomer(openPflow(place, ['tui', '--trace', 'run.jsonl']));
  await user.solved('the cost', '✓ done', 'cost $0.0220');
  user.press('3', '3 Table');
  await user.terminal.waitFor(shows('self', 'p50'), 'the table');
  const rows = user.terminal.screen();
  const slowest = rows[rows.findIndex((row) => row.includes('p50')) + 1]!;
  await user.solved('the slowest step', slowest);
  expect(slowest).toMatch(/llm_summarize +1 +2\.9s/);
  user.press('q', 'q quit');
  expect((await user.terminal.exit).code).toBe(0);
});

const batch = {
  nodes: [
    {
      id: 'work',
      type: 'shell',
      params: { command: 'case ${note} in unlucky*) echo no luck >&2; exit 3;; *) echo done;; esac' },
      batch: { items: ['a.md', 'unlucky.md'], as: 'note', error_handling: 'continue' },
    },
    { id: 'report', type: 'echo', params: { message: 'one note was worked on' } },
  ],
  edges: [{ from: 'work', to: 'report' }],
  outputs: { summary: { source: '${report.echo}' } },
};

test('a newcomer finds the result and the failed item, runs again and compares both runs', async () => {
  const place = workspace();
  place.write('batch.json', batch);
  const user = new Newcomer(openPflow(place, ['tui', 'batch.json']));
  await user.solved('the result', '✓ done', 'result', 'one note was worked on');
  await user.solved('the failed item', 'work: 1 of 2 items succeeded; failed: unlucky.md', 'no luck');
  user.press('\u0012', '^R run again');
  await user.terminal.waitFor(shows('Plan batch', '⏎ run'), 'the plan');
  user.press('\r', '⏎ run');
  await user.solved('a rerun', '✓ done', 'Finished. D compares it with the run that it repeats.');
  user.press('D', 'D compares');
  await user.solved('a comparison', 'compare ▸ batch', 'what changed', '#2');
  user.press('\u001b', 'Esc back');
  await user.terminal.waitFor(shows('1 Timeline', '✓ done'), 'the run again');
  user.press('q', 'q quit');
  expect((await user.terminal.exit).code).toBe(0);
  expect(place.traces()).toHaveLength(2);
});

test('x runs from a node on, and X after an edit of its parameters, both through the plan', async () => {
  const place = workspace();
  place.write('steps.json', {
    nodes: [
      { id: 'first', type: 'echo', params: { message: 'one' } },
      { id: 'second', type: 'echo', params: { message: '${first.echo} and two' } },
    ],
    edges: [{ from: 'first', to: 'second' }],
    outputs: { all: { source: '${second.echo}' } },
  });
  const env = { VISUAL: 'sed -i s/two/three/' };
  const terminal = openPflow(place, ['tui', 'steps.json'], { env });
  await terminal.waitFor(shows('✓ done', 'one and two'), 'the first run');
  terminal.write('x');
  await terminal.waitFor(shows('Plan steps', 'second', '⏎ run'), 'the plan from the second node on');
  terminal.write('\r');
  await terminal.waitFor(shows('✓ done', 'Finished. D'), 'the rerun from it');
  terminal.write('X');
  await terminal.waitFor(shows('Plan steps', 'and three', '⏎ run'), 'the plan with the edit');
  terminal.write('\r');
  await terminal.waitFor(shows('✓ done', 'one and three'), 'the rerun with the edit');
  expect(place.traces()).toHaveLength(3);
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
});
