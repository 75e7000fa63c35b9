import { expect, test } from 'vitest';
import { buildTrace, type TraceBuilder } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

function plannedRun(t: TraceBuilder): void {
  t.stage('planner', () => {
    t.node('workflow-discovery', {}, () => void t.llm({ ms: 1100, input: 700, output: 100 }));
    t.node('workflow-generator', {}, () => void t.llm({ ms: 2900, input: 2000, output: 300 }));
    t.plan([
      { id: 'read_file', type: 'read-file', purpose: 'Read the report' },
      { id: 'summarize', type: 'llm', purpose: 'Shorten it' },
      { id: 'save', type: 'write-file', purpose: 'Keep the summary' },
    ]);
  });
  t.stage('workflow', () => {
    t.node('read_file', { nodeType: 'read-file' }, () => {
      t.phase('prep', 2);
      t.phase('exec', 40);
      t.set({ '/read_file/content': 'A long report.' });
      t.phase('post', 3);
    });
    t.node('summarize', { nodeType: 'llm' }, () => {
      t.params({
        prompt: {
          template: 'Shorten: ${read_file.content}',
          value: 'Shorten: A long report.',
          from: ['/read_file/content'],
        },
      });
      t.phase(
        'exec',
        () =>
          void t.llm({
            ms: 1955,
            input: 1200,
            output: 212,
            firstTokenMs: 410,
            prompt: 'Shorten: A long report.',
            text: 'A report.',
          }),
      );
      t.set({ '/summarize/response': 'A report.' });
    });
    t.node('save', { nodeType: 'write-file' }, () => void t.phase('exec', 30));
  });
}

const name = { name: 'summarize report.txt' };

test('a finished run at 120×40', () => {
  expect(new TestScreen(buildTrace(plannedRun, name)).text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.txt                   ✓ done 00:06.0   4,512 tok   cost $0.0209   anthropic/claude-sonnet-4-5
     │ planner 4.0s $0.0141 ███████████████████████████████████████████████ workflow 2.0s $0.0068 █████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  running at once ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄█
       node                           time    %      tok       cost  0s                2s                4s
    ❯▾✓ planner                       4.0s   66    3,100    $0.0141 ┃████████████████████████████████████▌
       ▸✓ workflow-discovery          1.1s   18      800    $0.0036 ┃██████████
       ▸✓ workflow-generator          2.9s   48    2,300    $0.0105 ┃          ██████████████████████████▌
     ▾✓ workflow                      2.0s   34    1,412    $0.0068 ┃                                    ▌██████████████████
       ▸✓ read_file                   45ms    1        –          – ┃                                    ▏
       ▸✓ summarize                   2.0s   32    1,412    $0.0068 ┃                                    ▉█████████████████▊
       ▸✓ save                        30ms    0        –          – ┃                                                      ▊
      ✓ result                     summarize.response · 9 characters  A report.
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     planner · stage                                     ⏎ Overview Before After Diff Prompt Response Params Cost Log Error
       2 calls

    ── result summarize.response · 9 characters ── yy copy ── O open ───────────────────────────────────────────────────────
       A report.













    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       workflow-generator       2.9s  48%   $0.0105 ████    total          6.0s
       summarize                2.0s  32%   $0.0068 ██▊     critical path  6.0s: workflow-generator 2.9s, summarize 2.0s, …
       workflow-discovery       1.1s  18%   $0.0036 █▌      tokens         4,512 in 3 calls
       read_file                45ms   1%           ▏       cost           $0.0209
       save                     30ms   0%           ▏       models         anthropic/claude-sonnet-4-5 ×3  median 2.0s
                                                                           $0.0209
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
});

test('a live run at 80×24 follows the running node and shows planned nodes', () => {
  const events = buildTrace(plannedRun, name);
  const asked = events.findLastIndex((event) => event.type === 'llm.request');
  const screen = new TestScreen(events.slice(0, asked + 1), { columns: 80, rows: 24, live: true, now: 5300 });
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.txt      ⠸ running 00:05.3   3,100 tok   cost $0.0141
     │ planner 4.0s $0.0141 ██████████████████████████████ workflow 1.3s ████████▒▒│
    ── now summarize 1.2s · 1/3 nodes · $0.1596/min ────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph      ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄█▄▄▄▄
       node                     time     tok       cost  0s                    5s
     ▾✓ planner                 4.0s   3,100    $0.0141  █████████████████▊
       ▸✓ workflow-discovery    1.1s     800    $0.0036  ████▉
       ▸✓ workflow-generator    2.9s   2,300    $0.0105      ▉████████████▊
     ▾⠸ workflow                1.3s       –          –                   ▊███▒▒▌
       ▸✓ read_file             45ms       –          –                   ▏
    ❯  ▸⠸ summarize             1.2s       –          –                   ▉███▒▒▌
        · save                     –       –          –
    ── waiting for the answer · summarize · claude-sonnet-4-5 ──────────────────────
       exec running · claude-sonnet-4-5
     prompt
       Shorten: A long report.

    ── this run ────────────────────────────────────────────────────────────────────
       workflow-generator                  2.9s  55%   $0.0105 ████████████████████
       summarize                           1.2s  23%           ████████▎
     total          5.3s
     tokens         3,100 in 3 calls
     cost           $0.0141
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  q quit            FOLLOW
    "
  `);
});

test('a failed run at 40×10', () => {
  const events = buildTrace((t) => {
    t.stage(
      'workflow',
      () => {
        t.node(
          'fetch',
          { nodeType: 'http', fails: 'The server answered 503.' },
          () => void t.phase('exec', 800, { fails: 'The server answered 503.' }),
        );
      },
      { status: 'failed' },
    );
    t.finish('failed', { node: 'fetch' });
  });
  expect(new TestScreen(events, { columns: 40, rows: 10 }).text()).toMatchInlineSnapshot(`
    "
     test run              ✗ failed 00:00.8
       node                             time
    ❯▾✗ workflow                       800ms
       ▸✗ fetch                        800ms





     ? help  / search  ⏎ open  q quit
    "
  `);
});

test('the same run in ASCII', () => {
  expect(new TestScreen(buildTrace(plannedRun, name), { columns: 90, rows: 18, glyphs: 'ascii' }).text())
    .toMatchInlineSnapshot(`
      "
       pflow > summarize report.txt                   + done 00:06.0   4,512 tok   cost $0.0209
       | planner 4.0s $0.0141 ############################ workflow 2.0s $0.0068 ##############|
      ------------------------------------------------------------------------------------------
       1 Timeline  2 Flame  3 Table  4 Calls  5 Graph        ###################################
         node                       time     tok       cost  0s          2s         4s
      >v+ planner                   4.0s   3,100    $0.0141 :#######################
         >+ workflow-discovery      1.1s     800    $0.0036 :######
         >+ workflow-generator      2.9s   2,300    $0.0105 :      #################
       v+ workflow                  2.0s   1,412    $0.0068 :                       ############
         >+ read_file               45ms       -          - :                       #
         >+ summarize               2.0s   1,412    $0.0068 :                       ############
         >+ save                    30ms       -          - :                                  #
      -- result summarize.response - 9 characters -- yy copy -- O open -------------------------
         A report.



       ? help  / search  Enter open  d diff  m time|cost|tokens  1-5 view  + zoom  q quit
      "
    `);
});

test('bars show cost instead of time after m', () => {
  expect(new TestScreen(buildTrace(plannedRun, name), { columns: 80, rows: 18 }).press('m').text())
    .toMatchInlineSnapshot(`
      "
       pflow ▸ summarize report.txt         ✓ done 00:06.0   4,512 tok   cost $0.0209
       │ planner 4.0s $0.0141 █████████████████████ workflow 2.0s $0.0068 ███████████│
      ────────────────────────────────────────────────────────────────────────────────
       1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
         node                     time     tok       cost  $0           $0.0100
      ❯▾✓ planner                 4.0s   3,100    $0.0141  ██████████████████▎
         ▸✓ workflow-discovery    1.1s     800    $0.0036  ████▋
         ▸✓ workflow-generator    2.9s   2,300    $0.0105  █████████████▋
       ▾✓ workflow                2.0s   1,412    $0.0068  ████████▊
         ▸✓ read_file             45ms       –          –
         ▸✓ summarize             2.0s   1,412    $0.0068  ████████▊
         ▸✓ save                  30ms       –          –
      ── result summarize.response · 9 characters ── yy copy ── O open ───────────────
         A report.



       ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  q quit
      "
    `);
});

test('the inspector opens on the overview of the node', () => {
  const screen = new TestScreen(buildTrace(plannedRun, name), { columns: 100, rows: 24 });
  expect(screen.press('j', 'j', 'j', 'j', 'j', 'enter').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.… ✓ done 00:06.0   4,512 tok   cost $0.0209   anthropic/claude-sonnet-4-5
     │ planner 4.0s $0.0141 ██████████████████████████████████ workflow 2.0s $0.0068 ██████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────
     summarize · llm
     1 Overview  2 Before  3 After  4 Diff  5 Prompt  6 Response  7 Params  8 Cost  9 Log  0 Error
     status         ✓ ok
     purpose        Shorten it
     kind           node of type llm
     time           2.0s (32 % of the run), from 00:04.0
     critical path  on it
     phases         exec 2.0s
     calls          1 call
     tokens         1,412
     cost           $0.0068

     call
     model          anthropic/claude-sonnet-4-5
     first token    410ms
     speed          137 tok/s
     input          1,200 tokens
     output         212 tokens
     usage          reported, test

     ? help  Esc back  / search  ⏎ fold  d diff  [ back in time  Tab next tab  J next row
    "
  `);
});

test('the Diff tab shows what a node wrote to the store', () => {
  const screen = new TestScreen(buildTrace(plannedRun, name), { columns: 80, rows: 14 });
  expect(screen.press('j', 'j', 'j', 'j', 'j', 'd').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.txt         ✓ done 00:06.0   4,512 tok   cost $0.0209
     summarize · llm
     1 Over 2 Before 3 After 4 Diff 5 Prompt 6 Resp 7 Params 8 Cost 9 Log 0 Err
     1 added
     + ▾ summarize: { 1 key
     +     response: "A report."







     ? help  Esc back  / search  ⏎ fold  d diff  [ back in time  Tab next tab
    "
  `);
});

test('the Params tab names the node that wrote each value of a template', () => {
  const screen = new TestScreen(buildTrace(plannedRun, name), { columns: 80, rows: 14 });
  expect(screen.press('j', 'j', 'j', 'j', 'j', 'enter', '7').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.txt         ✓ done 00:06.0   4,512 tok   cost $0.0209
     summarize · llm
     1 Over 2 Before 3 After 4 Diff 5 Prompt 6 Resp 7 Params 8 Cost 9 Log 0 Err
     prompt
       template: "Shorten: \${read_file.content}"
       value: "Shorten: A long report."
       from /read_file/content, written by read_file






     ? help  Esc back  / search  ⏎ fold  d diff  [ back in time  Tab next tab
    "
  `);
});

test('the Cost tab shows the cost of a call as arithmetic', () => {
  const screen = new TestScreen(buildTrace(plannedRun, name), { columns: 80, rows: 14 });
  expect(screen.press('j', 'j', 'j', 'j', 'j', 'enter', '8').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.txt         ✓ done 00:06.0   4,512 tok   cost $0.0209
     summarize · llm
     1 Over 2 Before 3 After 4 Diff 5 Prompt 6 Resp 7 Params 8 Cost 9 Log 0 Err
     uncached input 1,200 × $3 per million  =  $0.0036
     output           212 × $15 per million = $0.00318
                                              ────────
                                              $0.00678
     cost           $0.0068, tokens × rates
     priced as      anthropic/claude-sonnet-4-5
     matched by     exact
     rates          pricing.default.json of 2026-01-01
     tokens         reported in the form of test

     ? help  Esc back  / search  ⏎ fold  d diff  [ back in time  Tab next tab
    "
  `);
});

test('a dialog covers every other part of the screen', () => {
  const screen = new TestScreen(buildTrace(plannedRun, name), { columns: 60, rows: 12 });
  const dialog = {
    title: 'Run this workflow?',
    lines: ['It writes summary.txt.'],
    choices: [
      { key: 'y', label: 'Run' },
      { key: 'n', label: 'Leave' },
    ],
  };
  screen.ui = { ...screen.ui, screens: ['tree', 'confirm'], dialog };
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize report.txt    ✓ done 00:06.0   4,512 tok
      Run this workflow?

      It writes summary.txt.

       y Run    n Leave





     Esc back  ⏎ choose
    "
  `);
});

test('a screen that is too small shows a message', () => {
  expect(new TestScreen(buildTrace(plannedRun), { columns: 39, rows: 12 }).text()).toMatchInlineSnapshot(`
    "
    pflow needs 40×10 cells, this is 39×12
    "
  `);
});

test('the timeline of a finished run marks the critical path and shows slack for other nodes', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => {
      t.node('first', {}, () => void t.wait(20));
      const slow = t.open('node', 'slow', { nodeType: 'test' });
      const fast = t.open('node', 'fast', { nodeType: 'test' });
      t.wait(30).close(fast);
      t.wait(50).close(slow);
    }),
  );
  const screen = new TestScreen(events, { columns: 100, rows: 18 }).press('j', 'j', 'j');
  expect(screen.lines().slice(4, 9).join('\n')).toMatchInlineSnapshot(`
    "   node                         time     tok       cost  0s                    50ms
     ▾✓ workflow                   100ms       –          – ┃███████████████████████████████████████████
        ✓ first                     20ms       –          – ┃████████▋
        ✓ slow                      80ms       –          – ┃        ▋██████████████████████████████████
    ❯   ✓ fast                      30ms       –          –          ▋████████████▌"
  `);
  expect(screen.line('of slack')).toMatchInlineSnapshot(`"   50ms of slack"`);
  expect(screen.press('enter').line('critical path')).toMatchInlineSnapshot(
    `" critical path  50ms of slack"`,
  );
  // The critical path of an unfinished run is unknown.
  const live = new TestScreen(events.slice(0, -1), { columns: 100, rows: 18 });
  expect(live.text()).not.toMatch(/┃|slack/);
});
