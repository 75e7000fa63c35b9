import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadSettings } from '../../../src/cli/args/user-settings.js';
import { readNotificationCommands } from '../../../src/cli/args/notification-settings.js';
import { notifyByCommands, type WatchedRun } from '../../../src/cli/notify/run-notifications.js';
import { summarize } from '../../../src/metrics/summary.js';
import { createProfile } from '../../../src/profile/run/profile.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

const folder = () => mkdtempSync(join(tmpdir(), 'notify-'));

/** A run whose events are applied one by one. */
function watched() {
  const profile = createProfile({ prices: testPrices });
  const listeners: ((event: TraceEvent) => void)[] = [];
  let finish: (end: Awaited<WatchedRun['done']>) => void = () => {};
  const clock = { now: 0 };
  const run = {
    log: {
      now: () => clock.now,
      subscribe: (listener: (event: TraceEvent) => void) => {
        listeners.push(listener);
        return () => {};
      },
    },
    collector: { state: () => profile.state },
    done: new Promise<Awaited<WatchedRun['done']>>((resolve) => (finish = resolve)),
  } satisfies WatchedRun;
  return {
    run,
    clock,
    apply(events: readonly TraceEvent[]) {
      for (const event of events) {
        profile.apply(event);
        for (const listener of listeners) listener(event);
      }
    },
    end() {
      const { state } = profile;
      finish({ state, summary: summarize(state, { result: 'done' }), tracePath: undefined });
    },
  };
}

const answering = (t: TraceBuilder) =>
  void t.stage('workflow', () => void t.node('ask', {}, () => void t.llm({ input: 10, output: 5 })));

const waitForJson = (path: string) =>
  vi.waitFor(() => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>, { timeout: 5000 });

const options = (commands: Parameters<typeof notifyByCommands>[1]['commands'], warnings: string[] = []) => ({
  commands,
  env: { ...process.env, PFLOW_NOTIFICATION: '' },
  onWarning: (message: string) => void warnings.push(message),
});

test('a finished run runs the command with its summary as JSON on stdin', async () => {
  const [at, other] = [folder(), folder()];
  const { run, apply, end } = watched();
  notifyByCommands(
    run,
    options({ finished: `cat > ${at}/finished.json`, failed: ['touch', join(other, 'failed')] }),
  );
  apply(buildTrace(answering, { name: 'digest' }));
  end();
  const summary = await waitForJson(join(at, 'finished.json'));
  expect(summary).toMatchObject({
    event: 'finished',
    name: 'digest',
    status: 'ok',
    result: 'done',
    is_error: false,
    metrics: { total: { tokens_total: 15 } },
  });
  expect(existsSync(join(other, 'failed'))).toBe(false);
});

test('a failed run runs the commands for its end and for its failure, a program without a shell', async () => {
  const at = folder();
  const script = 'process.stdin.pipe(require("fs").createWriteStream(process.argv[1]))';
  const { run, apply, end } = watched();
  notifyByCommands(
    run,
    options({
      finished: `cat > ${at}/finished.json`,
      failed: [process.execPath, '-e', script, join(at, 'failed; touch nothing.json')],
    }),
  );
  apply(
    buildTrace((t) => {
      t.node('ask', { fails: 'No answer.' });
      t.finish('failed', { node: 'ask', error: { name: 'Error', message: 'No answer.' } });
    }),
  );
  end();
  expect(await waitForJson(join(at, 'failed; touch nothing.json'))).toMatchObject({
    event: 'failed',
    status: 'failed',
    error: { node: 'ask', message: 'No answer.' },
  });
  expect(await waitForJson(join(at, 'finished.json'))).toMatchObject({ event: 'finished', status: 'failed' });
});

test('a run near one of its limits, and one without events, run their commands once each', async () => {
  const at = folder();
  const { run, apply, clock, end } = watched();
  notifyByCommands(run, {
    ...options({ budget80: `cat >> ${at}/budget.json`, stalled: `cat >> ${at}/stalled.json` }),
    stallMs: 60,
  });
  apply(
    buildTrace((t) => void t.control('budget-warned', 'cost').control('budget-exceeded', 'cost'), {
      open: true,
    }),
  );
  expect(await waitForJson(join(at, 'budget.json'))).toMatchObject({ event: 'budget80', status: 'running' });
  expect(existsSync(join(at, 'stalled.json'))).toBe(false);
  clock.now = 61;
  const stalled = await waitForJson(join(at, 'stalled.json'));
  expect(stalled).toMatchObject({ event: 'stalled', status: 'running' });
  expect(stalled).not.toHaveProperty('is_error');
  end();
});

test('a command that fails is reported once, and a command that runs pflow starts no other', async () => {
  const at = folder();
  const warnings: string[] = [];
  const { run, apply, clock, end } = watched();
  notifyByCommands(run, { ...options({ stalled: 'exit 3' }, warnings), stallMs: 30 });
  apply(buildTrace(() => {}, { open: true }));
  clock.now = 31;
  await vi.waitFor(() => expect(warnings).toHaveLength(1), { timeout: 5000 });
  apply([{ seq: 1, at: 40, type: 'control.changed', change: 'resumed' }]);
  clock.now = 100;
  expect(warnings).toEqual(['The command of the setting on.stalled failed: it exited with code 3.']);
  const nested = watched();
  notifyByCommands(nested.run, {
    ...options({ budget80: `touch ${at}/nested` }),
    env: { ...process.env, PFLOW_NOTIFICATION: 'finished' },
  });
  nested.apply(buildTrace((t) => void t.control('budget-warned'), { open: true }));
  const missing: string[] = [];
  const other = watched();
  notifyByCommands(other.run, options({ budget80: ['/nowhere/at-all'] }, missing));
  other.apply(buildTrace((t) => void t.control('budget-warned'), { open: true }));
  await vi.waitFor(() => expect(missing).toEqual([expect.stringContaining('ENOENT')]), { timeout: 5000 });
  expect(existsSync(join(at, 'nested'))).toBe(false);
  end();
});

test('the setting on is validated, and only read from the settings of the user', () => {
  expect(readNotificationCommands({ finish: 'x', failed: '', stalled: [1], budget80: ['a', 'b'] })).toEqual({
    commands: { budget80: ['a', 'b'] },
    warnings: [
      "There is no setting 'on.finish'. Did you mean 'on.finished'?",
      'on.failed must be a command line, or a list of a program and its arguments.',
      'on.stalled must be a command line, or a list of a program and its arguments.',
    ],
  });
  expect(readNotificationCommands('x').warnings).toHaveLength(1);
  const [home, project] = [folder(), folder()];
  mkdirSync(join(project, '.pflow'));
  writeFileSync(join(project, '.pflow', 'settings.json'), '{"on": {"finished": "touch owned"}}');
  const before = process.cwd();
  try {
    process.chdir(project);
    expect(loadSettings({ HOME: home }).notifications).toEqual({});
    mkdirSync(join(home, '.pflow'));
    writeFileSync(join(home, '.pflow', 'settings.json'), '{"on": {"finished": "true", "x": "y"}}');
    const { notifications, warnings } = loadSettings({ HOME: home });
    expect(notifications).toEqual({ finished: 'true' });
    expect(warnings).toEqual([expect.stringContaining("There is no setting 'on.x'")]);
  } finally {
    process.chdir(before);
  }
});
