import { expect, test } from 'vitest';
import { createProfile } from '../../src/profile/run/profile.js';
import { createNotifier } from '../../src/tui/notify.js';
import { testPrices } from '../support/prices.js';
import { buildTrace } from '../support/trace-builder.js';

const events = buildTrace(
  (t) => void t.stage('workflow', () => void t.node('a', {}, () => void t.wait(1500))),
  {
    name: 'evil\x1b]0;x\x07 name',
  },
);

function notified(options: { upTo?: number; env?: NodeJS.ProcessEnv; events?: typeof events } = {}) {
  const sent: string[] = [];
  const profile = createProfile({ prices: testPrices });
  const notifier = createNotifier((codes) => sent.push(codes), options.env ?? {});
  (options.events ?? events).forEach((event, i) => {
    profile.apply(event);
    if (i >= (options.upTo ?? 0)) notifier.update(profile.state);
  });
  return { sent, notifier, profile };
}

test('the title is written only when it changes, and the end of a run rings the bell and sends a notification', () => {
  expect(notified().sent).toEqual([
    '\x1b]0;running - evil␛]0;x␇ name - pflow\x07',
    '\x1b]0;done - evil␛]0;x␇ name - pflow\x07',
    '\x07\x1b]9;evil␛]0;x␇ name: done after 1.5s\x07',
  ]);
});

test('a run that is already finished when opened rings no bell', () => {
  expect(notified({ upTo: events.length - 1 }).sent).toEqual(['\x1b]0;done - evil␛]0;x␇ name - pflow\x07']);
});

test('a run that waits for the user rings once', () => {
  const asking = buildTrace((t) => void t.control('asked').wait(500).control('answered'), { open: true });
  expect(notified({ events: asking }).sent.filter((codes) => codes.startsWith('\x07'))).toEqual([
    '\x07\x1b]9;test run: the plan waits for you\x07',
  ]);
});

test('inside tmux the notification is wrapped for passthrough', () => {
  expect(notified({ env: { TMUX: '1' } }).sent.at(-1)).toMatch(/^\x07\x1bPtmux;\x1b\x1b\]9;.*\x07\x1b\\$/);
});

test('the title is written again after the terminal has lost it', () => {
  const { sent, notifier, profile } = notified();
  notifier.update(profile.state);
  expect(sent).toHaveLength(3);
  notifier.forget();
  notifier.update(profile.state);
  expect(sent).toHaveLength(4);
});
