/** The home screen: its lists, filter, keys and frames. */
import { expect, test } from 'vitest';
import { lineText, lineWidth } from '../../../src/view/base/frame.js';
import { ZERO_TOTALS } from '../../../src/profile/run/totals.js';
import type { HomeData, HomeRun } from '../../../src/view/home/home-run.js';
import { initialHome, type HomeState } from '../../../src/view/home/home-state.js';
import { homeView } from '../../../src/view/home/home-view.js';
import { filterRuns, parseRunQuery } from '../../../src/view/home/run-query.js';
import { pressHome, type HomeEffect } from '../../../src/view/home/press-home.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { buildTrace } from '../../support/trace-builder.js';
import { testPrices } from '../../support/prices.js';
import { NO_BLOBS } from '../../../src/trace/blobs/blob-store.js';

const now = Date.parse('2026-11-28T18:00:00.000Z');
const minute = 60_000;

function makeRun(fields: Partial<HomeRun> & { run: string }): HomeRun {
  return {
    at: now - 5 * minute,
    name: 'critique-file',
    workflow: 'critique-file',
    status: 'ok',
    ms: 26_500,
    models: ['openai/gpt-5-mini'],
    totals: { ...ZERO_TOTALS, calls: 9, tokens: 23_072, usd: 0.0104, priced: true },
    tags: {},
    trace: `/traces/${fields.run}.jsonl`,
    ...fields,
  };
}

const live = reduceEvents(
  buildTrace(
    (t) => {
      const stage = t.open('stage', 'workflow');
      t.wait(3000).open('node', 'three', { parent: stage });
    },
    { open: true, startedAt: '2026-11-28T17:59:55.300Z' },
  ),
  { prices: testPrices, values: NO_BLOBS },
);

const runs: readonly HomeRun[] = [
  makeRun({ run: 'aaaaaaaa', at: now - 2 * minute }),
  makeRun({
    run: 'bbbbbbbb',
    name: 'batch',
    workflow: 'batch',
    status: 'failed',
    ms: 976,
    totals: {},
    failed: 'work',
    models: [],
    at: now - 5 * minute,
  }),
  makeRun({ run: 'cccccccc', ms: 31_000, at: now - 26 * 60 * minute, tags: { team: 'search' } }),
  makeRun({
    run: 'dddddddd',
    name: 'slow',
    workflow: 'slow',
    status: 'running',
    ms: null,
    totals: undefined,
    at: now - 5_000,
    live,
  }),
];

const data: HomeData = {
  runs,
  workflows: [
    {
      reference: 'wf/ask.json',
      name: 'ask',
      description: 'Asks a question',
      origin: 'file',
      required: ['question'],
    },
    {
      reference: 'summarize-file',
      name: 'summarize-file',
      description: 'Summarizes a file',
      origin: 'ships with pflow',
      required: [],
    },
  ],
  loading: false,
  model: 'openai/gpt-5-mini (PFLOW_MODEL)',
  spending: () => undefined,
  detail: ({ run }) =>
    run === 'aaaaaaaa' ? { request: 'critique the file', result: 'It is\u001b[31m good.' } : {},
};

class Home {
  home: HomeState = initialHome({ glyphs: 'unicode', reducedMotion: true });
  readonly effects: HomeEffect[] = [];
  constructor(
    readonly of: HomeData = data,
    readonly size = { columns: 120, rows: 30 },
  ) {}

  press(...names: string[]): this {
    for (const name of names) {
      const text = name === 'space' ? ' ' : [...name].length === 1 ? name : '';
      const pressed = pressHome(this.home, { name, text }, this.of, { ...this.size, now });
      this.home = pressed.home;
      this.effects.push(...pressed.effects);
    }
    return this;
  }

  type(text: string): this {
    return this.press(...[...text].map((letter) => (letter === ' ' ? 'space' : letter)));
  }

  lines(): string[] {
    return homeView(this.of, this.home, { ...this.size, now }).lines.map((line) => lineText(line).trimEnd());
  }

  text(): string {
    return `\n${this.lines().join('\n').trimEnd()}\n`;
  }
}

test.each([
  ['', 'aaaaaaaa bbbbbbbb cccccccc dddddddd'],
  ['critique', 'aaaaaaaa cccccccc'],
  ['status:failed', 'bbbbbbbb'],
  ['status:run', 'dddddddd'],
  ['status:', 'aaaaaaaa bbbbbbbb cccccccc dddddddd'],
  ['model:GPT critique', 'aaaaaaaa cccccccc'],
  ['workflow:batch', 'bbbbbbbb'],
  ['tag:team=search', 'cccccccc'],
  ['tag:te', 'cccccccc'],
  ['cost>0.01', 'aaaaaaaa cccccccc'],
  ['cost>$0.02', ''],
  ['time>30s', 'cccccccc'],
  ['time<1s', 'bbbbbbbb'],
  ['tokens>=23k model:mini since:1d', 'aaaaaaaa'],
  ['"critique file"', ''],
])('the filter %j selects %j', (text, expected) => {
  expect(
    filterRuns(runs, text, now / minute)
      .map(({ run }) => run)
      .join(' '),
  ).toBe(expected);
});

test('a term of the filter that has no meaning is reported and ignored', () => {
  const { tests, problems } = parseRunQuery('cost>abc status:odd since:x ok', now);
  expect(tests).toHaveLength(1);
  expect(problems).toEqual([
    'cost> takes an amount such as 0.01.',
    'status: is one of running, ok, done, failed, cancelled, budget, killed.',
    'since: takes an age such as 24h or 7d, or a date.',
  ]);
});

test('the home screen lists runs in progress first, and shows the selected run below', () => {
  const home = new Home();
  home.press('j');
  expect(home.text()).toMatchInlineSnapshot(`
    "
     pflow   model openai/gpt-5-mini (PFLOW_MODEL)               today $0.0104   this week 4 runs · $0.0208 · ✗ 1   ▁▁▁▁▁██
     1 Runs  2 Spending  3 Workflows
        run                                              when    time      tok      cost  status
      ◐ slow                                              now    4.7s        –         –  three
      ✓ critique-file                                  2m ago     27s   23,072   $0.0104
      ✗ batch                                          5m ago   976ms        –         –  failed at work
      ✓ critique-file                                  1d ago     31s   23,072   $0.0104
    ── critique-file · 2 runs · p50 27s p95 31s · $0.0104 a run █▇ ─────────────────────────────────────────────────────────
     request        critique the file
     started        2026-11-28 17:58:00 · run aaaaaaaa
     models         openai/gpt-5-mini · 9 calls · 23,072 tok · $0.0104
     trace          /traces/aaaaaaaa.jsonl

       It is␛[31m good.

     ✓     2m ago      27s   $0.0104 ████████████████████████████████████████████████████████████████████████▋
     ✓     1d ago      31s   $0.0104 █████████████████████████████████████████████████████████████████████████████████████




    ── all runs ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       critique-file               2 runs     27s   $0.0104            Sat 28 Nov     3 runs  ✗ 1 failed   $0.0104 ████████
       batch                        1 run       –                      Fri 27 Nov      1 run               $0.0104 ██▋
                                                                       Thu 26 Nov          –
                                                                       Wed 25 Nov          –
                                                                       Tue 24 Nov          –
                                                                       Mon 23 Nov          –
                                                                       Sun 22 Nov          –
     ⏎ open  : request or command  ? help  / search  ^R run again  D compare  Del delete  q quit
    "
  `);
});

test('on a wide screen the pane is to the right of the list', () => {
  const home = new Home(data, { columns: 200, rows: 60 });
  expect(home.press('j').lines().slice(0, 12).join('\n')).toMatchInlineSnapshot(`
    " pflow   model openai/gpt-5-mini (PFLOW_MODEL)                                                                                               today $0.0104   this week 4 runs · $0.0208 · ✗ 1   ▁▁▁▁▁██
     1 Runs  2 Spending  3 Workflows
        run                                   when    time      tok      cost  status                   │ ── critique-file · 2 runs · p50 27s p95 31s · $0.0104 a run █▇ ───────────────────────────────────
      ◐ slow                                   now    4.7s        –         –  three                    │  request        critique the file
      ✓ critique-file                       2m ago     27s   23,072   $0.0104                           │  started        2026-11-28 17:58:00 · run aaaaaaaa
      ✗ batch                               5m ago   976ms        –         –  failed at work           │  models         openai/gpt-5-mini · 9 calls · 23,072 tok · $0.0104
      ✓ critique-file                       1d ago     31s   23,072   $0.0104                           │  trace          /traces/aaaaaaaa.jsonl
                                                                                                        │
                                                                                                        │    It is␛[31m good.
                                                                                                        │
                                                                                                        │  ✓     2m ago      27s   $0.0104 █████████████████████████████████████████████████████▉
                                                                                                        │  ✓     1d ago      31s   $0.0104 ███████████████████████████████████████████████████████████████"
  `);
});

test('a narrow screen drops columns from the right, and a small one keeps the list and two hints', () => {
  expect(new Home(data, { columns: 80, rows: 24 }).press('j').text()).toMatchInlineSnapshot(`
    "
     pflow                         today $0.0104   this week 4 runs · $0.0208 · ✗ 1
     1 Runs  2 Spending  3 Workflows
        run                        when    time      tok      cost  status
      ◐ slow                        now    4.7s        –         –  three
      ✓ critique-file            2m ago     27s   23,072   $0.0104
      ✗ batch                    5m ago   976ms        –         –  failed at work
      ✓ critique-file            1d ago     31s   23,072   $0.0104
    ── critique-file · 2 runs · p50 27s p95 31s · $0.0104 a run █▇ ─────────────────
     request        critique the file
     started        2026-11-28 17:58:00 · run aaaaaaaa
     models         openai/gpt-5-mini · 9 calls · 23,072 tok · $0.0104
     trace          /traces/aaaaaaaa.jsonl

       It is␛[31m good.

     ✓     2m ago      27s   $0.0104 ██████████████████████████████████████▌
     ✓     1d ago      31s   $0.0104 █████████████████████████████████████████████

    ── all runs ────────────────────────────────────────────────────────────────────
       Sat 28 Nov     3 runs  ✗ 1 failed   $0.0104 ████████████████████████████████
       Fri 27 Nov      1 run               $0.0104 ██████████▋
       Thu 26 Nov          –
       Wed 25 Nov          –
     ⏎ open  : request or command  ? help  / search  ^R run again  q quit
    "
  `);
  expect(new Home(data, { columns: 40, rows: 10 }).press('j').text()).toMatchInlineSnapshot(`
    "
     pflow
        run                    when    time
      ◐ slow                    now    4.7s
      ✓ critique-file        2m ago     27s
      ✗ batch                5m ago   976ms
      ✓ critique-file        1d ago     31s



     ⏎ open  ? help  q quit
    "
  `);
});

test('the workflows are listed with their runs; ⏎ on one enters its inputs before it runs', () => {
  const home = new Home().press('3');
  expect(home.lines().slice(1, 12).join('\n')).toMatchInlineSnapshot(`
    " 1 Runs  2 Spending  3 Workflows
        workflow                                     runs  median     a run  what it does
        wf/ask.json                                     –       –         –  Asks a question
        summarize-file                                  –       –         –  Summarizes a file

    ── ask ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     workflow       wf/ask.json
     does           Asks a question
     origin         file
     inputs         question
     last run       never"
  `);
  home.press('enter');
  expect(home.home.line).toBe('wf/ask.json question=');
  expect(home.effects).toEqual([]);
  home.type('why').press('enter');
  expect(home.effects).toEqual([{ type: 'start', line: 'wf/ask.json question=why' }]);
});

test('⏎ opens a run, ^R runs it again, and a run without a trace does neither', () => {
  const home = new Home().press('j', 'enter', 'ctrl+r');
  expect(home.effects.map((effect) => [effect.type, 'run' in effect && effect.run.run])).toEqual([
    ['open', 'aaaaaaaa'],
    ['rerun', 'aaaaaaaa'],
  ]);
  const gone = new Home({ ...data, runs: [makeRun({ run: 'eeeeeeee', trace: undefined })] }).press('enter');
  expect(gone.effects).toEqual([]);
  expect(gone.lines().at(-1)).toContain('This run has no trace');
});

test('a trace is deleted only after confirmation, and never that of a run in progress', () => {
  const home = new Home().press('j', 'delete', 'enter');
  expect(home.effects).toEqual([]);
  home.press('delete', 'y');
  expect(home.effects).toMatchObject([{ type: 'delete', run: { run: 'aaaaaaaa' } }]);
  const running = new Home().press('delete');
  expect(running.home.screens).toEqual(['home']);
  expect(running.home.toast).toBe('This run is still in progress.');
});

test('D on two runs compares them, the older one first; Esc forgets the first one', () => {
  const home = new Home().press('j', 'D');
  expect(home.lines().at(-1)).toContain('compare with …');
  home.press('G', 'D');
  expect(home.effects).toEqual([
    { type: 'compare', before: '/traces/cccccccc.jsonl', after: '/traces/aaaaaaaa.jsonl' },
  ]);
  expect(home.press('D', 'esc').home.marked).toBeUndefined();
});

test('a word on the command line is a command, and a sentence is a request', () => {
  const home = new Home().press(':').type('quit').press('enter', ':').type('delete old files').press('enter');
  expect(home.effects).toEqual([{ type: 'quit' }, { type: 'start', line: 'delete old files' }]);
});

test('the selection stays on its run when another run starts above it', () => {
  const home = new Home().press('j', 'j');
  const more = { ...data, runs: [makeRun({ run: 'ffffffff', at: now, status: 'running' }), ...runs] };
  const pressed = pressHome(home.home, { name: 'enter', text: '' }, more, { columns: 120, rows: 30, now });
  expect(pressed.effects).toMatchObject([{ run: { run: 'bbbbbbbb' } }]);
});

test.each([
  [120, 40],
  [80, 24],
  [40, 10],
  [200, 60],
  [39, 9],
])('no frame of home is wider or higher than %d × %d, or has a control character', (columns, rows) => {
  const hostile = runs.map((run) => ({
    ...run,
    name: `${run.name}\u001b[2J\u202e\n日本語`,
    tags: { 'a\u0007': '\u009b' },
  }));
  const place = new Home({ ...data, runs: hostile }, { columns, rows });
  for (const keys of [[], ['j'], ['2'], ['?'], ['esc', '1', 'delete'], ['n', '/', 'x'], ['esc', ':', 'y']]) {
    place.press(...keys);
    const { lines } = homeView(place.of, place.home, { columns, rows, now });
    expect(lines).toHaveLength(rows);
    for (const line of lines) {
      expect(lineWidth(line)).toBeLessThanOrEqual(columns);
      // oxlint-disable-next-line no-control-regex
      expect(lineText(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  }
});
