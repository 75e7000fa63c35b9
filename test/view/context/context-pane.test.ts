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
      lines.findLastIndex((line) => line.startsWith('── ')),
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
     1 Timeline  2 Flame  3 Table  4 Calls                           ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       node                           time    %      tok       cost  0s                     50ms                  100ms
    ❯▾✓ planner                       55ms   45      399    $0.0024 ┃████████████████████████▊
       ▸✓ workflow-discovery          55ms   45      399    $0.0024 ┃████████████████████████▊
     ▾✓ workflow                      67ms   55    5,503    $0.0225 ┃                        ▊██████████████████████████████
       ▸✓ read                        27ms   22        –          – ┃                        ▊████████████
       ▸✓ summarize                   40ms   33    5,503    $0.0225 ┃                                     ██████████████████











    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     planner · stage                                     ⏎ Overview Before After Diff Prompt Response Params Cost Log Error
       1,800 tok/s · claude-sonnet-4-5

    ── result summary · 412 characters ── yy copy ──────────────────────────────────────────────────────────────────────────
       The terminal profiler for LLM workflows. It shows what each step costs. It shows what each step costs. It shows what
       each step costs. It shows what each step costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what each step costs. It shows what each step
       costs. It shows what each step costs. It shows what each step costs.









     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…4 view  + zoom  [ back in time  q quit
    "
  `);
});

test('at 200×60 the context pane with the result is to the right of the list', () => {
  expect(new TestScreen(finished(), { columns: 200, rows: 60 }).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize README.md                                                                                                    ✓ done 00:00.1   5,902 tok   cost $0.0249   anthropic/claude-sonnet-4-5
     │ planner 55ms $0.0024 █████████████████████████████████████████████████████████████████████ workflow 67ms $0.0225 ███████████████████████████████████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls                   ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄│ ── result summary · 412 characters ── yy copy ────────────────────────────────────────────────────
       node                         time     tok       cost  0s                50ms             100ms   │    The terminal profiler for LLM workflows. It shows what each step costs. It shows what each
    ❯▾✓ planner                     55ms     399    $0.0024 ┃███████████████████▍                       │    step costs. It shows what each step costs. It shows what each step costs. It shows what each
       ▸✓ workflow-discovery        55ms     399    $0.0024 ┃███████████████████▍                       │    step costs. It shows what each step costs. It shows what each step costs. It shows what each
     ▾✓ workflow                    67ms   5,503    $0.0225 ┃                   ▍███████████████████████│    step costs. It shows what each step costs. It shows what each step costs. It shows what each
       ▸✓ read                      27ms       –          – ┃                   ▍████████▉              │    step costs. It shows what each step costs.
       ▸✓ summarize                 40ms   5,503    $0.0225 ┃                            ▉██████████████│
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
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
                                                                                                        │
    ────────────────────────────────────────────────────────────────────────────────────────────────────│
     planner · stage                 ⏎ Overview Before After Diff Prompt Response Params Cost Log Error │
       1,800 tok/s · claude-sonnet-4-5                                                                  │
                                                                                                        │
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…4 view  + zoom  [ back in time  q quit
    "
  `);
});

test('at 80×24 the context pane is hidden by default', () => {
  const screen = new TestScreen(finished(), { columns: 80, rows: 24 });
  expect(screen.text()).not.toContain('result');
  expect(screen.press('ctrl+w').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize README.md          ✓ done 00:00.1   5,902 tok   cost $0.0249
     │ planner 55ms $0.0024 ███████████████ workflow 67ms $0.0225 █████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls               ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
       node                     time     tok       cost  0s         50ms       100ms
    ❯▾✓ planner                 55ms     399    $0.0024 ┃████████████▏
       ▸✓ workflow-discovery    55ms     399    $0.0024 ┃████████████▏
     ▾✓ workflow                67ms   5,503    $0.0225 ┃            ▏██████████████
       ▸✓ read                  27ms       –          – ┃            ▏█████▏
       ▸✓ summarize             40ms   5,503    $0.0225 ┃                  ▏████████


    ────────────────────────────────────────────────────────────────────────────────
     planner · stage
       1,800 tok/s · claude-sonnet-4-5
    ── result summary · 412 characters ── yy copy ──────────────────────────────────
       The terminal profiler for LLM workflows. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what
       each step costs. It shows what each step costs. It shows what each step
       costs. It shows what each step costs. It shows what each step costs. It
       shows what each step costs. It shows what each step costs. It shows what
       each step costs. It shows what each step costs.

     Context pane: below.
    "
  `);
  expect(screen.effects).toEqual([{ type: 'setting', name: 'context', value: 'below' }]);
  expect(screen.press('ctrl+w').text()).not.toContain('result');
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
    ── result summary · 412 characters ── 5…
       The terminal profiler for LLM
       workflows. It shows what each step
       costs. It shows what each step
     Context pane: below.
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
    "
  `);
  screen.press('G', 'k');
  expect(pane(screen)).toMatchInlineSnapshot(`
    "
    ── changes · read ──────────────────────────────────────────────────────────────────────────────────────────────────────
     1 added
     + ▾ read: { 1 key
     +     content: "A long page."
     log
     00:00.0 stderr  opening README.md
    "
  `);
  screen.press('j');
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
    ── answering · summarize · claude-sonnet-4-5 ── 17 more lines above ────────────────────────────────────────────────────
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
  screen.press('G', 'k', 'k', 'enter');
  const lines = screen.lines();
  const heading = lines.indexOf(' result: summary');
  expect(lines[heading + 1]).toMatch(/^ {3}The terminal profiler for LLM workflows\./);
});
