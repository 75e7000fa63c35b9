import { expect, test } from 'vitest';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const summary =
  `The terminal profiler for LLM workflows. ${'It shows what each step costs. '.repeat(12)}`.trim();

function run(t: TraceBuilder): void {
  t.stage('planner', () => {
    t.node('workflow-discovery', {}, () => void t.llm({ ms: 55, input: 300, output: 99 }));
    t.plan([
      { id: 'read', type: 'read-file', purpose: 'Read the page' },
      { id: 'summarize', type: 'llm', purpose: 'Shorten it' },
    ]);
  });
  t.stage('workflow', () => {
    t.node('read', { nodeType: 'read-file' }, () => {
      t.log('opening README.md\n', 'stderr');
      t.phase('exec', 27);
      t.set({ '/read/content': 'A long page.' });
    });
    t.node('summarize', { nodeType: 'llm' }, () => {
      t.phase(
        'exec',
        () =>
          void t.llm({ ms: 40, input: 5000, output: 503, prompt: 'Summarize: A long page.', text: summary }),
      );
      t.set({ '/summarize/response': summary });
    });
  });
  t.finish('ok', { outputs: { summary } });
}

const name = { name: 'summarize README.md' };
const finished = () => buildTrace(run, name);
/** The lines of the context pane, without the parts that other tests cover. */
const pane = (screen: TestScreen) => {
  const lines = screen.lines();
  return `\n${lines
    .slice(
      lines.findLastIndex((line) => line.startsWith('── ') && !line.startsWith('── this run')),
      -1,
    )
    .join('\n')
    .trimEnd()}\n`;
};

test('at 120×40 the context pane shows the result of a finished run', () => {
  expect(new TestScreen(finished()).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize README.md                    ✓ done 00:00.1   5,902 tok   cost $0.0249   anthropic/claude-sonnet-4-5
     │ planner 55ms $0.0024 █████████████████████████████████ workflow 67ms $0.0225 ███████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  running at once ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       node                           time    %      tok       cost  0s                     50ms                  100ms
    ❯▾✓ planner                       55ms   45      399    $0.0024 ┃████████████████████████▊
       ▸✓ workflow-discovery          55ms   45      399    $0.0024 ┃████████████████████████▊
     ▾✓ workflow                      67ms   55    5,503    $0.0225 ┃                        ▊██████████████████████████████
       ▸✓ read                        27ms   22        –          – ┃                        ▊████████████
       ▸✓ summarize                   40ms   33    5,503    $0.0225 ┃                                     ██████████████████
      ✓ result                     summary · 412 characters  The terminal profiler for LLM workflows. It shows what each s…
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     planner · stage                                     ⏎ Overview Before After Diff Prompt Response Params Cost Log Error
       1,800 tok/s · claude-sonnet-4-5

    ── result summary · 412 characters ── yy copy ── O open ────────────────────────────────────────────────────────────────
       The terminal profiler for LLM workflows. It shows what each step costs. It shows what each step costs. It shows what
       each step costs. It shows what each step costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what each step costs. It shows what each step
       costs. It shows what each step costs. It shows what each step costs.











    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       workflow-discovery       55ms  45%   $0.0024 ████    total          122ms
       summarize                40ms  33%   $0.0225 ██▉     critical path  122ms: workflow-discovery 55ms, summarize 40ms,
       read                     27ms  22%           ██                     …
                                                            tokens         5,902 in 2 calls
                                                            cost           $0.0249
                                                            models         anthropic/claude-sonnet-4-5 ×2  median 40ms
                                                                           $0.0249
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
});

test('at 200×60 the context pane with the result is to the right of the list', () => {
  expect(new TestScreen(finished(), { columns: 200, rows: 60 }).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize README.md                                                                                                    ✓ done 00:00.1   5,902 tok   cost $0.0249   anthropic/claude-sonnet-4-5
     │ planner 55ms $0.0024 █████████████████████████████████████████████████████████████████████ workflow 67ms $0.0225 ███████████████████████████████████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  at once ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄│ ── result summary · 412 characters ── yy copy ── O open ──────────────────────────────────────────
       node                         time     tok       cost  0s                50ms             100ms   │    The terminal profiler for LLM workflows. It shows what each step costs. It shows what each step
    ❯▾✓ planner                     55ms     399    $0.0024 ┃███████████████████▍                       │    costs. It shows what each step costs. It shows what each step costs. It shows what each step
       ▸✓ workflow-discovery        55ms     399    $0.0024 ┃███████████████████▍                       │    costs. It shows what each step costs. It shows what each step costs. It shows what each step
     ▾✓ workflow                    67ms   5,503    $0.0225 ┃                   ▍███████████████████████│    costs. It shows what each step costs. It shows what each step costs. It shows what each step
       ▸✓ read                      27ms       –          – ┃                   ▍████████▉              │    costs. It shows what each step costs.
       ▸✓ summarize                 40ms   5,503    $0.0225 ┃                            ▉██████████████│
      ✓ result                   summary · 412 characters  The terminal profiler for LLM workflows. It… │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
    ── this run ────────────────────────────────────────────────────────────────────────────────────────│
       …rkflow-discovery    55ms  45%   $0.0024    total          122ms                                 │
       summarize            40ms  33%   $0.0225    critical path  122ms: workflow-discovery 55ms,       │
       read                 27ms  22%                             summarize 40ms, …                     │
                                                   tokens         5,902 in 2 calls                      │
                                                   cost           $0.0249                               │
                                                   models         anthropic/claude-sonnet-4-5 ×2        │
                                                                  median 40ms  $0.0249                  │
    ────────────────────────────────────────────────────────────────────────────────────────────────────│
     planner · stage                 ⏎ Overview Before After Diff Prompt Response Params Cost Log Error │
       1,800 tok/s · claude-sonnet-4-5                                                                  │
                                                                                                        │
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
});

test('at 80×24 the pane fills the rows that the list leaves free, until it is turned off', () => {
  const screen = new TestScreen(finished(), { columns: 80, rows: 24 });
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize README.md          ✓ done 00:00.1   5,902 tok   cost $0.0249
     │ planner 55ms $0.0024 ███████████████ workflow 67ms $0.0225 █████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph      ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       node                     time     tok       cost  0s         50ms       100ms
    ❯▾✓ planner                 55ms     399    $0.0024 ┃████████████▏
       ▸✓ workflow-discovery    55ms     399    $0.0024 ┃████████████▏
     ▾✓ workflow                67ms   5,503    $0.0225 ┃            ▏██████████████
       ▸✓ read                  27ms       –          – ┃            ▏█████▏
       ▸✓ summarize             40ms   5,503    $0.0225 ┃                  ▏████████
      ✓ result               summary · 412 characters  The terminal profiler for L…
    ── result summary · 412 characters ── yy copy ── O open ────────────────────────
       The terminal profiler for LLM workflows. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what each
       step costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what each
       step costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs.





     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  q quit
    "
  `);
  expect(screen.press('ctrl+w').text()).not.toContain('this run');
  expect(screen.effects).toEqual([{ type: 'setting', name: 'context', value: 'off' }]);
});

test('at 40×10 an opened context pane leaves room for the list', () => {
  const screen = new TestScreen(finished(), { columns: 40, rows: 10 });
  expect(screen.press('ctrl+w').text()).toMatchInlineSnapshot(`
    "
     summarize RE…           ✓ done 00:00.1
       node                             time
    ❯▾✓ planner                         55ms
       ▸✓ workflow-discovery            55ms
     ▾✓ workflow                        67ms
       ▸✓ read                          27ms
       ▸✓ summarize                     40ms
      ✓ result                       summar…

     Context pane: off.
    "
  `);
});

test('the context pane follows the selection: the plan, the changes with the log, or the prompt with its response', () => {
  const screen = new TestScreen(finished());
  screen.press('j', 'k');
  expect(pane(screen)).toMatchInlineSnapshot(`
    "
    ── plan · 2 nodes ──────────────────────────────────────────────────────────────────────────────────────────────────────
     read  read-file  Read the page
     summarize  llm  Shorten it













    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       workflow-discovery       55ms  45%   $0.0024 ████    total          122ms
       summarize                40ms  33%   $0.0225 ██▉     critical path  122ms: workflow-discovery 55ms, summarize 40ms,
       read                     27ms  22%           ██                     …
                                                            tokens         5,902 in 2 calls
                                                            cost           $0.0249
                                                            models         anthropic/claude-sonnet-4-5 ×2  median 40ms
                                                                           $0.0249
    "
  `);
  screen.press('G', 'k');
  expect(pane(screen)).toMatchInlineSnapshot(`
    "
    ── answer · summarize · 412 characters ─────────────────────────────────────────────────────────────────────────────────
     prompt
       Summarize: A long page.
     answer
       The terminal profiler for LLM workflows. It shows what each step costs. It shows what each step costs. It shows what
       each step costs. It shows what each step costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what each step costs. It shows what each step
       costs. It shows what each step costs. It shows what each step costs.








    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       workflow-discovery       55ms  45%   $0.0024 ████    total          122ms
       summarize                40ms  33%   $0.0225 ██▉     critical path  122ms: workflow-discovery 55ms, summarize 40ms,
       read                     27ms  22%           ██                     …
                                                            tokens         5,902 in 2 calls
                                                            cost           $0.0249
                                                            models         anthropic/claude-sonnet-4-5 ×2  median 40ms
                                                                           $0.0249
    "
  `);
  screen.press('j');
  expect(pane(screen)).toMatchInlineSnapshot(`
    "
    ── result summary · 412 characters ── yy copy ── O open ────────────────────────────────────────────────────────────────
       The terminal profiler for LLM workflows. It shows what each step costs. It shows what each step costs. It shows what
       each step costs. It shows what each step costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what each step costs. It shows what each step
       costs. It shows what each step costs. It shows what each step costs.











    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       workflow-discovery       55ms  45%   $0.0024 ████    total          122ms
       summarize                40ms  33%   $0.0225 ██▉     critical path  122ms: workflow-discovery 55ms, summarize 40ms,
       read                     27ms  22%           ██                     …
                                                            tokens         5,902 in 2 calls
                                                            cost           $0.0249
                                                            models         anthropic/claude-sonnet-4-5 ×2  median 40ms
                                                                           $0.0249
    "
  `);
});

test('the context pane of a failed run shows the error with its hint and the printed output', () => {
  const events = buildTrace((t) => {
    t.stage(
      'workflow',
      () => {
        t.node(
          'fetch',
          { fails: { name: 'Error', message: 'The server answered 503.', hint: 'Try again.' } },
          () => {
            t.log('connecting\n', 'stderr');
            t.phase('exec', 800, { fails: 'The server answered 503.' });
          },
        );
      },
      { status: 'failed' },
    );
    t.finish('failed', { node: 'fetch' });
  });
  expect(pane(new TestScreen(events))).toMatchInlineSnapshot(`
    "
    ── error · fetch ───────────────────────────────────────────────────────────────────────────────────────────────────────
     Error: The server answered 503.
     where          workflow ▸ fetch ▸ exec, at 00:00.8
     hint           Try again.
     log
     00:00.0 stderr  connecting


















    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       fetch                   800ms 100% ██████████████    total          800ms
                                                            critical path  800ms: fetch 800ms
    "
  `);
});

/** The events up to the request of the last call. */
const asking = () => {
  const events = finished();
  return events.slice(0, events.findLastIndex(({ type }) => type === 'llm.request') + 1);
};

test('a streaming response is shown with its newest line at the bottom until its response event arrives', () => {
  const text = Array.from({ length: 30 }, (_, i) => `line ${i + 1} of the answer`).join('\n');
  const live = { live: true, now: 130, texts: { textOf: () => text } };
  const screen = new TestScreen(asking(), live);
  expect(pane(screen)).toMatchInlineSnapshot(`
    "
    ── answering · summarize · claude-sonnet-4-5 ── 6 more lines above ─────────────────────────────────────────────────────
     line 7 of the answer
     line 8 of the answer
     line 9 of the answer
     line 10 of the answer
     line 11 of the answer
     line 12 of the answer
     line 13 of the answer
     line 14 of the answer
     line 15 of the answer
     line 16 of the answer
     line 17 of the answer
     line 18 of the answer
     line 19 of the answer
     line 20 of the answer
     line 21 of the answer
     line 22 of the answer
     line 23 of the answer
     line 24 of the answer
     line 25 of the answer
     line 26 of the answer
     line 27 of the answer
     line 28 of the answer
     line 29 of the answer
     line 30 of the answer
    "
  `);
  const after = new TestScreen(finished(), live);
  expect(after.text()).toBe(new TestScreen(finished(), { live: true, now: 130 }).text());
});

test('the context pane shows the prompt of a pending call before any text has streamed', () => {
  expect(pane(new TestScreen(asking(), { live: true, now: 130 }))).toMatchInlineSnapshot(`
    "
    ── waiting for the answer · summarize · claude-sonnet-4-5 ──────────────────────────────────────────────────────────────
     prompt
       Summarize: A long page.
















    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       workflow-discovery       55ms  42%   $0.0024 ████    total          130ms
       read                     27ms  21%           ██      tokens         399 in 2 calls
       summarize                  0s   0%           ▏       cost           $0.0024
                                                            models         anthropic/claude-sonnet-4-5 ×2  median 55ms
                                                                           $0.0024
    "
  `);
});

test('streamed text cannot send control sequences to the terminal', () => {
  const texts = { textOf: () => 'one\u001b[2Jtwo\u202e' };
  const text = new TestScreen(asking(), { live: true, now: 130, texts }).text();
  expect(text).toContain('one␛[2Jtwo‹U+202E›');
});

test('yy copies the full result of a finished run, and the inspector of the workflow shows it', () => {
  const screen = new TestScreen(finished());
  expect(screen.press('y', 'y').effects).toEqual([{ type: 'copy', what: 'value', text: summary }]);
  screen.press('G', 'k', 'k', 'k', 'enter');
  const lines = screen.lines();
  const heading = lines.indexOf(' result: summary');
  expect(lines[heading + 1]).toMatch(/^ {3}The terminal profiler for LLM workflows\./);
});

test('the result has a row of its own, which opens, is copied and goes to the pager', () => {
  const screen = new TestScreen(finished(), { columns: 80, rows: 24 }).press('G');
  expect(screen.selected).toBe('✓ result');
  expect(screen.press('enter').lines().slice(3, 6)).toEqual([
    ' result',
    ' Result',
    expect.stringMatching(/^ {3}The terminal profiler for LLM workflows\./),
  ]);
  screen.press('3', 'esc', 'y', 'y', 'O');
  expect(screen.effects).toEqual([
    { type: 'copy', what: 'value', text: summary },
    { type: 'page', what: 'value', text: summary },
  ]);
});

test('a failed or running run has no row for a result', () => {
  const failed = buildTrace((t) => {
    t.stage('workflow', () => t.node('read', { fails: 'gone' }, () => {}), {});
    t.finish('failed', { error: { name: 'Error', message: 'gone' } });
  }, name);
  for (const events of [failed, finished().slice(0, -1)])
    expect(new TestScreen(events).press('G').selected).not.toContain('result');
});

function longRun(t: TraceBuilder): void {
  t.stage('workflow', () => {
    for (let i = 1; i <= 19; i++) t.node(`step${i}`, {}, () => void t.phase('exec', 10));
  });
}

test('the pane gives its rows to a list that needs them, down to a quarter of the screen', () => {
  const lines = new TestScreen(buildTrace(longRun)).lines();
  const rows = lines.filter((line) => /[▸✓] step\d+ /.test(line));
  expect(rows.map((line) => line.match(/step\d+/)![0])).toEqual(
    Array.from({ length: 19 }, (_, i) => `step${i + 1}`),
  );
  const pane = lines.findIndex((line) => line.startsWith('── changes'));
  expect(lines.length - 1 - pane).toBe(10);
});

test('a run that was followed to its end leaves no row of the list blank', () => {
  const screen = new TestScreen(buildTrace(longRun), { live: true, rows: 30 });
  const list = screen.lines().slice(5, 18);
  expect(list.filter((line) => line.trim() === '')).toEqual([]);
  expect(screen.line('❯', 'step19')).toContain('✓ step19');
});
