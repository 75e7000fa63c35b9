import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { lineWidth } from '../../../src/view/base/frame.js';
import { view } from '../../../src/view/app/view.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';
import { MomentScreen } from '../moments.js';

function threeNodes(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.plan([
      { id: 'read', type: 'read-file' },
      { id: 'ask', type: 'llm' },
      { id: 'save', type: 'write-file' },
    ]);
    t.node('read', { nodeType: 'read-file' }, () => {
      t.phase('exec', 1000);
      t.set({ '/read/content': 'hello' });
    });
    t.node('ask', { nodeType: 'llm' }, () => {
      t.phase('exec', () => void t.llm({ ms: 3000, input: 1000, output: 100 }));
      t.set({ '/ask/response': 'a short answer' });
    });
    t.node('save', { nodeType: 'write-file' }, () => void t.phase('exec', 500));
  });
}

const events = buildTrace(threeNodes, { name: 'three nodes' });
const screen = (options?: ConstructorParameters<typeof MomentScreen>[1]) => new MomentScreen(events, options);
const spanRows = (at: MomentScreen) =>
  at.lines().filter((line) => /[✓◐·] (read|ask|save|workflow)/.test(line));

test('stepping back shows the tree, the totals and the time of that moment', () => {
  const at = screen().press('[', '[');
  expect(at.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ three nodes     ◐ running 00:04.0   1,100 tok   cost $0.0045   anthropic/claude-sonnet-4-5
     │ workflow 4.0s $0.0045 ████████████████████████████████████████████████████████████████████████▒▒│
    ─────────────────────────────────────────◆───── 00:04.0 of 00:04.5 · event 17 of 23 · span.finished
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  at once ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       node                         time     tok       cost  0s                2s               4s
     ▾◐ workflow                    4.0s   1,100    $0.0045  █████████████████████████████████▒▒▎
       ▸✓ read                      1.0s       –          –  ████████▊
    ❯  ▸✓ ask                       3.0s   1,100    $0.0045          ▊██████████████████████████▎
        · save                         –       –          –
    ── answer · ask · 10 characters ────────────────────────────────────────────────────────────────────
       exec 3.0s · 33 tok/s · claude-sonnet-4-5
     prompt
       Say something.
     answer
       Something.


    ── this run ────────────────────────────────────────────────────────────────────────────────────────
       ask                  3.0s  75%   $0.0045    total          4.0s
       read                 1.0s  25%              tokens         1,100 in 1 call
                                                   cost           $0.0045
                                                   models         anthropic/claude-sonnet-4-5 ×1
                                                                  median 3.0s  $0.0045
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit         EVENT 17/23
    "
  `);
});

test('] steps from one finished node to the next, and , and . step by one event', () => {
  const at = screen().press('home');
  expect(at.footer()).toContain(`EVENT 0/${events.length}`);
  const ended = ['read', 'ask', 'save'].map((name) => {
    at.press(']');
    return [name, spanRows(at).some((row) => row.includes(`✓ ${name}`))];
  });
  expect(ended).toEqual([
    ['read', true],
    ['ask', true],
    ['save', true],
  ]);
  const there = at.ui.time!.at;
  expect(at.press(',', ',').ui.time?.at).toBe(there - 2);
  expect(at.press('.').ui.time?.at).toBe(there - 1);
  expect(at.press('home', ',').ui.time?.at).toBe(0);
});

test('the end of a recorded run is its normal view, not a moment of time travel', () => {
  expect(screen().press('[', 'end').ui.time).toBeUndefined();
  expect(screen().press('[', ']', ']', ']').ui.time).toBeUndefined();
  expect(screen().press('.', ']').ui.time).toBeUndefined();
});

test('stores are shown as of the selected moment, and an open tab follows it from node to node', () => {
  const at = screen().press('home', ']', 'enter', '3');
  expect(at.text()).toContain('content: "hello"');
  expect(at.text()).not.toContain('a short answer');
  at.press(']');
  expect(at.text()).toContain('response: "a short answer"');
});

test('a node that has not started at the selected moment is shown as not started', () => {
  const at = screen().press('g', 'j', 'j', 'enter', '3', 'home');
  expect(at.text()).toContain('At this moment it has not begun.');
  expect(at.press('end').text()).toContain('a short answer');
});

test('playback runs at recorded speed and up to 64×', () => {
  const at = screen().press('>');
  expect(at.footer()).toContain('PLAYING 1×');
  expect(at.ui.time?.at).toBe(0);
  at.wait(500);
  expect(at.ui.time?.now).toBe(500);
  expect(spanRows(at).find((row) => row.includes('read'))).toMatch(/◐ read +500ms/);
  at.press('>', '>').wait(250);
  expect(at.ui.time?.now).toBe(1500);
  expect(at.press(...Array<string>(9).fill('>')).footer()).toContain('PLAYING 64×');
  at.press(...Array<string>(7).fill('<'));
  expect(at.footer()).toContain('EVENT');
  at.wait(60_000);
  expect(at.ui.time?.now).toBe(1500);
});

test('playback that reaches the last event returns to the end of the run', () => {
  expect(screen().press('>').wait(1e6).ui.time).toBeUndefined();
});

test('space starts and pauses the playback of a recorded run', () => {
  const at = screen().press('space');
  expect(at.ui.time?.speed).toBe(1);
  expect(at.press('space').ui.time?.speed).toBe(0);
  expect(at.effects).toEqual([]);
});

test('a frozen screen stays unchanged while events arrive, counts them, and returns to live', () => {
  const half = events.findIndex((event) => event.type === 'llm.request');
  const at = new MomentScreen(events.slice(0, half), { live: true, now: 2200 }).press('z');
  const frozen = at.lines().slice(0, -1);
  at.happen(events.slice(half, half + 3)).now = 9000;
  expect(spanRows(at)).toEqual(frozen.filter((line) => /[✓◐·] (read|ask|save|workflow)/.test(line)));
  expect(at.footer()).toContain('PAUSED +3');
  at.press('f');
  expect(at.footer()).toContain('FOLLOW');
  expect(at.lines()[0]).toContain('00:09.0');
});

test('stepping back in a live run keeps the moment while new events arrive', () => {
  const half = events.findIndex((event) => event.type === 'llm.request');
  const at = new MomentScreen(events.slice(0, half), { live: true }).press('[');
  const { at: moment } = at.ui.time!;
  at.happen(events.slice(half));
  expect(at.ui.time?.at).toBe(moment);
  expect(at.footer()).toContain(`PAUSED +${events.length - moment}`);
  expect(spanRows(at).map((row) => row.trim().slice(0, 12).trim())).toMatchInlineSnapshot(`
    [
      "▾◐ workflow",
      "❯  ▸✓ read",
      "· ask",
      "· save",
      "── changes ·",
    ]
  `);
});

test('a past moment of a recorded run is shown as running, not as interrupted', () => {
  expect(screen().press('[').lines()[0]).toContain('running');
});

test('time travel is unavailable without a history', () => {
  const at = screen();
  const { run, viewport } = at.moment();
  const { timeline: _, ...alone } = viewport;
  expect(view(run, at.ui, alone)).toEqual(view(run, at.ui, viewport));
});

test.each(fixtureNames)('%s: at every moment the frame equals the frame of the events up to it', (name) => {
  const recorded = readFixture(name);
  const at = new MomentScreen(recorded, { columns: 100, rows: 30 });
  const stride = Math.ceil(recorded.length / 40);
  for (let count = recorded.length - 1; count > 0; count -= stride) {
    at.ui = { ...at.ui, time: { at: count, now: at.history.timeAt(count), speed: 0 } };
    const fresh = reduceEvents(recorded.slice(0, count), { prices: testPrices });
    const { run, viewport } = at.moment();
    expect(view(run, at.ui, viewport)).toEqual(view(fresh, at.ui, viewport));
  }
});

test.each(fixtureNames)('%s: every moment fits the screen at any size', (name) => {
  const recorded = readFixture(name);
  const at = new MomentScreen(recorded);
  for (let count = 0; count <= recorded.length; count += Math.ceil(recorded.length / 15)) {
    at.ui = { ...at.ui, time: { at: count, now: at.history.timeAt(count), speed: count % 2 } };
    const { run, viewport } = at.moment();
    for (const [columns, rows] of [
      [300, 100],
      [100, 24],
      [60, 18],
      [40, 10],
    ] as const) {
      const { lines } = view(run, at.ui, { ...viewport, columns, rows });
      expect(lines).toHaveLength(rows);
      expect(lines.filter((line) => lineWidth(line) > columns)).toEqual([]);
    }
  }
});
