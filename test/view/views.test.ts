import { expect, test } from 'vitest';
import { buildTrace, readFixture, type TraceBuilder } from '../support/trace-builder.js';
import { TestScreen } from './draw.js';

/** A planner with two calls, and a batch of seven items over two workers, one of which was retried. */
function plannedBatch(t: TraceBuilder): void {
  t.stage('planner', () => {
    t.node('workflow-discovery', {}, () => void t.llm({ ms: 600, input: 700, output: 100 }));
    t.node('workflow-generator', {}, () => void t.llm({ ms: 1400, input: 2000, output: 300 }));
  });
  t.stage('workflow', () => {
    t.node('read_file', { nodeType: 'read-file' }, () => void t.phase('exec', 40));
    t.node('summarize', { nodeType: 'llm' }, () => {
      t.phase('exec', () => {
        t.attempt(
          1,
          () => void t.llm({ ms: 500, input: 1200, output: 40, unusable: true, firstTokenMs: 90 }),
          { fails: 'The answer does not fit the schema.' },
        );
        t.attempt(
          2,
          () =>
            void t.llm({ ms: 900, input: 1200, output: 212, firstTokenMs: 110, usage: { cacheRead: 1000 } }),
        );
      });
    });
    t.node(
      'translate',
      { nodeType: 'llm' },
      () => void t.llm({ ms: 500, input: 400, output: 380, model: 'gpt-4.1', provider: 'openai' }),
    );
    t.node('save', { nodeType: 'write-file' }, () => void t.phase('exec', 30));
  });
}

const at = (columns: number, rows: number, ...keys: string[]) =>
  new TestScreen(buildTrace(plannedBatch, { name: 'summarize book.txt' }), { columns, rows })
    .press(...keys)
    .text();

test('the flame at 120×40 is merged by name and sorted by weight', () => {
  expect(at(120, 40, '2')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.txt      ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262   anthropic/claude-sonnet-4-5 + 1
     │ planner 2.0s $0.0141 ████████████████████████████████████ workflow 2.0s $0.0121 ████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph                                width: busy time (parallel calls add up)
     summarize book.txt
     ❯summarize book.txt                                                                                                   ▉
      4.0s busy 100%                                                                                                       ▉
      planner                                                   ▉ workflow                                                 ▉
      2.0s busy 50%                                             ▉ 2.0s busy 50%                                            ▉
      workflow-generator                      ▉ workflow-discov…▉ summarize                               ▉ translate    ▉▉▉
      1.4s busy 35%                           ▉ 600ms busy 15%  ▉ 1.4s busy 35%                           ▉ 500ms 13%    ▉▉▉
      claude-sonnet-4-5                       ▉ claude-sonnet-4…▉ attempt 2                ▉ ✗ attempt 1  ▉ gpt-4.1      ▉
      1.4s busy 35%                           ▉ 600ms busy 15%  ▉ 900ms busy 23%           ▉ 500ms 13%    ▉ 500ms 13%    ▉
                                                                  claude-sonnet-4-5        ▉ ✗ claude-son…▉
                                                                  900ms busy 23%           ▉ 500ms 13%    ▉

     nodes                                                       models
       summarize                    1.4s  35 % ██████              claude-sonnet-4-5 ×4         3.4s  87 % ██████████████
       workflow-generator           1.4s  35 % ██████              gpt-4.1                     500ms  13 % ██
       workflow-discovery          600ms  15 % ██
       translate                   500ms  13 % ██
       read_file                    40ms   1 %
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     summarize book.txt
       total 4.0s · self 0s · 100 % of the width · 6,532 tok · $0.0262

    ── changes · planner ───────────────────────────────────────────────────────────────────────────────────────────────────
     Nothing in the store changed.

    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       summarize                1.4s  35%   $0.0083 ████    total          4.0s
       workflow-generator       1.4s  35%   $0.0105 ████    critical path  4.0s: workflow-generator 1.4s, summarize 1.4s, …
       workflow-discovery      600ms  15%   $0.0036 █▊      tokens         6,532 in 5 calls · 18 % of the input from the
       translate               500ms  13%   $0.0038 █▍                     cache
       read_file                40ms   1%           ▏       cost           $0.0262
       save                     30ms   1%           ▏       models         anthropic/claude-sonnet-4-5 ×4  median 600ms
                                                                           $0.0224
                                                                           openai/gpt-4.1 ×1  median 500ms  $0.0038
                                                            warnings       summarize: It failed and the run continued: The
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
});

test('the flame at 80×24 is merged by name and sorted by weight', () => {
  expect(at(80, 24, '2')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.t… ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262
     │ planner 2.0s $0.0141 ████████████████ workflow 2.0s $0.0121 ████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph                width: busy time
     summarize book.txt
     ❯summarize book.txt                                                           ▉
      4.0s busy 100%                                                               ▉
      planner                               ▉ workflow                             ▉
      2.0s busy 50%                         ▉ 2.0s busy 50%                        ▉
      workflow-generator        ▉ workflow-…▉ summarize                 ▉ transla…▉▉
      1.4s busy 35%             ▉ 600ms 15% ▉ 1.4s busy 35%             ▉ 500ms   ▉▉
      claude-sonnet-4-5         ▉ claude-so…▉ attempt 2       ▉ ✗ attem…▉ gpt-4.1 ▉
      1.4s busy 35%             ▉ 600ms 15% ▉ 900ms busy 23%  ▉ 500ms   ▉ 500ms   ▉
                                              claude-sonnet-4…▉ ✗ claud…▉
                                              900ms busy 23%  ▉ 500ms   ▉


    ── changes · planner ───────────────────────────────────────────────────────────
       2 calls
     Nothing in the store changed.



     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  q quit
    "
  `);
});

test('the flame at 40×10 is merged by name and sorted by weight', () => {
  expect(at(40, 10, '2')).toMatchInlineSnapshot(`
    "
     summarize b… ✓ done, 1 warning 00:03.9
     summarize book.txt
     ❯summarize book.txt 4.0s busy 100%    ▉
      planner 2.0s 50%  ▉ workflow 2.0s 50%▉
      workflow-ge…▉ wor…▉ summarize  ▉ tr…▉▉
      claude-sonn…▉ cla…▉ attem…▉ ✗ …▉ gp…▉
                          claud…▉ ✗ …▉


     ? help  / search  ⏎ open  q quit
    "
  `);
});

test("the table at 120×40 shows each node's totals", () => {
  expect(at(120, 40, '3')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.txt      ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262   anthropic/claude-sonnet-4-5 + 1
     │ planner 2.0s $0.0141 ████████████████████████████████████ workflow 2.0s $0.0121 ████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph                                                                 by node
      name                                count   ▼total     self      p50      p95    tokens       cost
    ❯✓ summarize                              1     1.4s       0s     1.4s     1.4s     2,652    $0.0083  █████████████████
     ✓ workflow-generator                     1     1.4s       0s     1.4s     1.4s     2,300    $0.0105  █████████████████
     ✓ workflow-discovery                     1    600ms       0s    600ms    600ms       800    $0.0036  ███████▎
     ✓ translate                              1    500ms       0s    500ms    500ms       780    $0.0038  ██████▏
     ✓ read_file                              1     40ms     40ms     40ms     40ms         –          –  ▌
     ✓ save                                   1     30ms     30ms     30ms     30ms         –          –  ▍
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     summarize
       1 time · 35 % of the time of the run · 2 calls · $0.0083

    ── changes · planner ───────────────────────────────────────────────────────────────────────────────────────────────────
     Nothing in the store changed.






    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       summarize                1.4s  35%   $0.0083 ████    total          4.0s
       workflow-generator       1.4s  35%   $0.0105 ████    critical path  4.0s: workflow-generator 1.4s, summarize 1.4s, …
       workflow-discovery      600ms  15%   $0.0036 █▊      tokens         6,532 in 5 calls · 18 % of the input from the
       translate               500ms  13%   $0.0038 █▍                     cache
       read_file                40ms   1%           ▏       cost           $0.0262
       save                     30ms   1%           ▏       models         anthropic/claude-sonnet-4-5 ×4  median 600ms
                                                                           $0.0224
                                                                           openai/gpt-4.1 ×1  median 500ms  $0.0038
                                                            warnings       summarize: It failed and the run continued: The
                                                                           answer does not fit the schema.
                                                            advice         summarize: 1 answer of 2 was thrown away and
                                                                           asked for again, 51 % of the cost of the node
                                                                           (up to $0.0042 and 500ms): State the expected
                                                                           form in the prompt, with an example, or request
                                                                           it as a schema.
     ? help  / search  ⏎ open  d diff  1…5 view  v node|model|type  i invert  q quit
    "
  `);
});

test("the table at 80×24 shows each node's totals", () => {
  expect(at(80, 24, '3')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.t… ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262
     │ planner 2.0s $0.0141 ████████████████ workflow 2.0s $0.0121 ████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph                         by node
      name            count   ▼total     self      p50      p95    tokens       cost
    ❯✓ summarize          1     1.4s       0s     1.4s     1.4s     2,652    $0.0083
     ✓ …ow-generator      1     1.4s       0s     1.4s     1.4s     2,300    $0.0105
     ✓ …ow-discovery      1    600ms       0s    600ms    600ms       800    $0.0036
     ✓ translate          1    500ms       0s    500ms    500ms       780    $0.0038
     ✓ read_file          1     40ms     40ms     40ms     40ms         –          –
     ✓ save               1     30ms     30ms     30ms     30ms         –          –
    ── changes · planner ───────────────────────────────────────────────────────────
       2 calls
     Nothing in the store changed.

    ── this run ────────────────────────────────────────────────────────────────────
       summarize                           1.4s  35%   $0.0083 ████████████████████
       workflow-generator                  1.4s  35%   $0.0105 ████████████████████
     total          4.0s
     critical path  4.0s: workflow-generator 1.4s, summarize 1.4s, …
     tokens         6,532 in 5 calls · 18 % of the input from the cache
     cost           $0.0262
     models         anthropic/claude-sonnet-4-5 ×4  median 600ms  $0.0224
     ? help  / search  ⏎ open  d diff  1…5 view  v node|model|type  q quit
    "
  `);
});

test("the table at 40×10 shows each node's totals", () => {
  expect(at(40, 10, '3')).toMatchInlineSnapshot(`
    "
     summarize b… ✓ done, 1 warning 00:03.9
      name                 ▼total       cost
    ❯✓ summarize             1.4s    $0.0083
     ✓ …rkflow-generator     1.4s    $0.0105
     ✓ …rkflow-discovery    600ms    $0.0036
     ✓ translate            500ms    $0.0038
     ✓ read_file             40ms          –
     ✓ save                  30ms          –

     ? help  / search  ⏎ open  q quit
    "
  `);
});

test('the calls at 120×40 show tokens by kind and the cumulative cost of the run', () => {
  expect(at(120, 40, '4')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.txt      ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262   anthropic/claude-sonnet-4-5 + 1
     │ planner 2.0s $0.0141 ████████████████████████████████████ workflow 2.0s $0.0121 ████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
           ▲at node                 model                       in  cached written     out  reason       cost  first  tok/s
    ❯✓ 00:00.0 workflow-discovery   claude-sonnet-4-5          700       –       –     100       –    $0.0036      –    167
     ✓ 00:00.6 workflow-generator   claude-sonnet-4-5        2,000       –       –     300       –    $0.0105      –    214
     ✗ 00:02.0 summarize            claude-sonnet-4-5        1,200       –       –      40       –   ↯$0.0042   90ms     98
     ✓ 00:02.5 summarize            claude-sonnet-4-5        1,200   1,000       –     212       –    $0.0041  110ms    268
     ✓ 00:03.4 translate            gpt-4.1                    400       –       –     380       –    $0.0038      –    760
     health       1 retry · 1 failed call
     last error   summarize at 00:02.5 · The answer does not fit the schema.
     first token  claude-sonnet-4-5            p50 90ms  p95 110ms  of 2 calls
     cost so far
       $0.0262│                                                                                                            █
              │                                                                                              ▅▅▅▅▅▅▅▅▅▅▅▅▅▅█
              │                                                                     ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂███████████████
              │                                                                     ████████████████████████████████████████
              │                                                      ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇████████████████████████████████████████
              │                                                      ███████████████████████████████████████████████████████
              │                                                      ███████████████████████████████████████████████████████
              │                ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂███████████████████████████████████████████████████████
            $0│                █████████████████████████████████████████████████████████████████████████████████████████████
               0s            500ms        1s            1.5s          2s            2.5s         3s            3.5s
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     5 calls · 5,500 in (1,000 cached) · 1,032 out · cost $0.0262 · ↯ $0.0042 wasted
       workflow-discovery, anthropic/claude-sonnet-4-5, finished with stop

    ── changes · planner ───────────────────────────────────────────────────────────────────────────────────────────────────
     Nothing in the store changed.

    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       summarize                1.4s  35%   $0.0083 ████    total          4.0s
       workflow-generator       1.4s  35%   $0.0105 ████    critical path  4.0s: workflow-generator 1.4s, summarize 1.4s, …
       workflow-discovery      600ms  15%   $0.0036 █▊      tokens         6,532 in 5 calls · 18 % of the input from the
       translate               500ms  13%   $0.0038 █▍                     cache
       read_file                40ms   1%           ▏       cost           $0.0262
       save                     30ms   1%           ▏       models         anthropic/claude-sonnet-4-5 ×4  median 600ms
                                                                           $0.0224
     ? help  / search  ⏎ open  d diff  1…5 view  i invert  [ back in time  q quit
    "
  `);
});

test('the calls at 80×24 show tokens by kind and the cumulative cost of the run', () => {
  expect(at(80, 24, '4')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.t… ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262
     │ planner 2.0s $0.0141 ████████████████ workflow 2.0s $0.0121 ████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph
           ▲at node            model                  in  cached     out       cost
    ❯✓ 00:00.0 …flow-discovery claude-sonnet-4-5     700       –     100    $0.0036
     ✓ 00:00.6 …flow-generator claude-sonnet-4-5   2,000       –     300    $0.0105
     ✗ 00:02.0 summarize       claude-sonnet-4-5   1,200       –      40   ↯$0.0042
     ✓ 00:02.5 summarize       claude-sonnet-4-5   1,200   1,000     212    $0.0041
     ✓ 00:03.4 translate       gpt-4.1               400       –     380    $0.0038
     health       1 retry · 1 failed call
     last error   summarize at 00:02.5 · The answer does not fit the schema.
     first token  claude-sonnet-4-5            p50 90ms  p95 110ms  of 2 calls
     cost so far
       $0.0262│                                  ▁▁▁▁▁▁▁▁▁▁▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▆▆▆▆▆▆▆▆▆█
            $0│          ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂███████████████████████████████████
               0s               1s                2s               3s
    ── changes · planner ───────────────────────────────────────────────────────────
       2 calls
     Nothing in the store changed.



     ? help  / search  ⏎ open  d diff  1…5 view  i invert  [ back in time  q quit
    "
  `);
});

test('the calls at 40×10 show tokens by kind and the cumulative cost of the run', () => {
  expect(at(40, 10, '4')).toMatchInlineSnapshot(`
    "
     summarize b… ✓ done, 1 warning 00:03.9
       node                  out       cost
    ❯✓ …rkflow-discovery     100    $0.0036
     ✓ …rkflow-generator     300    $0.0105
     ✗ summarize              40   ↯$0.0042
     ✓ summarize             212    $0.0041
     ✓ translate             380    $0.0038


     ? help  / search  ⏎ open  q quit
    "
  `);
});

test('the timeline at 120×40 is a tree with bars on one axis below a minimap of the run', () => {
  expect(at(120, 40)).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.txt      ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262   anthropic/claude-sonnet-4-5 + 1
     │ planner 2.0s $0.0141 ████████████████████████████████████ workflow 2.0s $0.0121 ████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  running at once ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄█▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄█
       node                           time    %      tok       cost  0s            1s            2s            3s
    ❯▾✓ planner                       2.0s   50    3,100    $0.0141 ┃███████████████████████████▊
       ▸✓ workflow-discovery         600ms   15      800    $0.0036 ┃████████▎
       ▸✓ workflow-generator          1.4s   35    2,300    $0.0105 ┃        ▎██████████████████▊
     ▾✓ workflow                      2.0s   50    3,432    $0.0121 ┃                           ▊███████████████████████████
       ▸✓ read_file                   40ms    1        –          – ┃                           ▊▎
       ▸✓ summarize ↻2                1.4s   35    2,652    $0.0083 ┃                            ▎██████████████████▋
       ▸✓ translate                  500ms   13      780    $0.0038 ┃                                               ▋██████▋
       ▸✓ save                        30ms    1        –          – ┃                                                      ▋
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     planner · stage                                     ⏎ Overview Before After Diff Prompt Response Params Cost Log Error
       2 calls

    ── changes · planner ───────────────────────────────────────────────────────────────────────────────────────────────────
     Nothing in the store changed.




    ── this run ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       summarize                1.4s  35%   $0.0083 ████    total          4.0s
       workflow-generator       1.4s  35%   $0.0105 ████    critical path  4.0s: workflow-generator 1.4s, summarize 1.4s, …
       workflow-discovery      600ms  15%   $0.0036 █▊      tokens         6,532 in 5 calls · 18 % of the input from the
       translate               500ms  13%   $0.0038 █▍                     cache
       read_file                40ms   1%           ▏       cost           $0.0262
       save                     30ms   1%           ▏       models         anthropic/claude-sonnet-4-5 ×4  median 600ms
                                                                           $0.0224
                                                                           openai/gpt-4.1 ×1  median 500ms  $0.0038
                                                            warnings       summarize: It failed and the run continued: The
                                                                           answer does not fit the schema.
                                                            advice         summarize: 1 answer of 2 was thrown away and
                                                                           asked for again, 51 % of the cost of the node
                                                                           (up to $0.0042 and 500ms): State the expected
                                                                           form in the prompt, with an example, or request
                                                                           it as a schema.
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
});

test('the timeline at 80×24, zoomed and panned', () => {
  expect(at(80, 24, 'j', 'j', '+', '+', 'd')).toMatchInlineSnapshot(`
    "
     pflow ▸ summarize book.t… ✓ done, 1 warning 00:03.9   6,532 tok   cost $0.0262
     │ planner 2.0s $0.0141 ████████████████ workflow 2.0s $0.0121 ████████████████│
    ────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph      ▄▄▄▄▄▄▄[▄▄▄▄▄]█▄▄▄▄▄▄▄▄▄▄▄█
       node                     time     tok       cost              1.5s
     ▾✓ planner                 2.0s   3,100    $0.0141 ┃█████████████████████████▊
       ▸✓ workflow-discovery   600ms     800    $0.0036 ┃‹
    ❯  ▸✓ workflow-generator    1.4s   2,300    $0.0105 ┃█████████████████████████▊
     ▾✓ workflow                2.0s   3,432    $0.0121 ┃                         ▊█
       ▸✓ read_file             40ms       –          – ┃                         ▊▉
       ▸✓ summarize ↻2          1.4s   2,652    $0.0083 ┃                          ▉
       ▸✓ translate            500ms     780    $0.0038 ┃                          ›
       ▸✓ save                  30ms       –          – ┃                          ›
    ── answer · workflow-generator · 10 characters ─────────────────────────────────
       214 tok/s · claude-sonnet-4-5
     prompt
       Say something.
     answer
       Something.




     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  q quit
    "
  `);
});

test("a collapsed batch shows its items' durations, and an expanded one packs them into lanes", () => {
  const screen = new TestScreen(readFixture('parallel-batch'), { columns: 100, rows: 24 });
  expect(screen.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run       ✓ done, 1 warning 00:01.1   10,325 tok   cost $0.0052   openai/gpt-4.1-mini
     │ workflow 1.1s $0.0052 ██████████████████████████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  at once ██████████████████████████████████████▆▅▄▂▂
       node                         time     tok       cost  0s                 500ms               1s
    ❯▾✓ workflow                    1.1s   10.3k    $0.0052 ┃███████████████████████████████████████████
       ▸✓ describe ×70              1.1s   10.3k    $0.0052 ┃█ min 100ms · median 144ms · max 189ms ████

    ── changes · workflow ── 58 more lines ─────────────────────────────────────────────────────────────
       70 calls
     1 added
     + ▾ topics: [ 70 items
     +     0: "topic 0"
     +     1: "topic 1"
     +     2: "topic 2"
     +     3: "topic 3"
     +     4: "topic 4"
     +     5: "topic 5"
     +     6: "topic 6"
     +     7: "topic 7"
     +     8: "topic 8"
     +     9: "topic 9"
     +     10: "topic 10"
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
  expect(screen.press('j', 'l').text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run       ✓ done, 1 warning 00:01.1   10,325 tok   cost $0.0052   openai/gpt-4.1-mini
     │ workflow 1.1s $0.0052 ██████████████████████████████████████████████████████████████████████████│
    ────────────────────────────────────────────────────────────────────────────────────────────────────
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph  at once ██████████████████████████████████████▆▅▄▂▂
       node                         time     tok       cost  0s                 500ms               1s
     ▾✓ workflow                    1.1s   10.3k    $0.0052 ┃███████████████████████████████████████████
    ❯  ▾✓ describe ×70              1.1s   10.3k    $0.0052 ┃███████████████████████████████████████████
         ▸✓ lane 1 ×7              953ms     986    $0.0005  ███▉████▏███▉█████▌████▎██████▎██████
         ▸✓ lane 2 ×7               1.1s   1,045   $0.00053  █████▍█████▉██████▉█████▉██████▍████▎████▎
         ▸✓ lane 3 ×7               1.0s   1,042   $0.00052  ▏█████▉█████▏█████▌██████▏███▋████▉█████▊
         ▸✓ lane 4 ×7              967ms   1,022   $0.00052 ┃▏███▉██████▉████▉█████▏███▍████▋█████▊
         ▸✓ lane 5 ×7              982ms   1,045   $0.00054  ▏█████▍█████▎███▌██████▉████▉███▉█████▍
         ▸✓ lane 6 ×7               1.0s   1,020   $0.00052  ▎███▎████▉██████▏████▉██████▎███▉██████▉
         ▸✓ lane 7 ×7               1.0s   1,026   $0.00052  ▎████▊████▎███▎█████▉██████▊██████▍█████▊
         ▸✓ lane 8 ×6              974ms     881   $0.00044  ▎██████▎█████▉███████▏███▉███████▎████▏
         ▸✗ lane 9 ×8               1.1s   1,204   $0.00061 ┃▎████▎██▓▓▍████▉████▎████▊█████▋███▊██████▉
         ▸✓ lane 10 ×7             997ms   1,054   $0.00053  ▍█████▊███████▏████▏███▏████▊█████▉████▏
    ── answer · describe · 10 characters ───────────────────────────────────────────────────────────────
       70 calls
     prompt
       Describe topic 69
     answer
       Something.
     ? help  / search  ⏎ open  d diff  m time|cost|tokens  1…5 view  + zoom  q quit
    "
  `);
});

test('the flame in ASCII by cost', () => {
  const events = buildTrace(plannedBatch, { name: 'summarize book.txt' });
  const screen = new TestScreen(events, { columns: 80, rows: 20, glyphs: 'ascii' });
  expect(screen.press('2', 'm', 'm').text()).toMatchInlineSnapshot(`
    "
     pflow > summarize book.t~ + done, 1 warning 00:03.9   6,532 tok   cost $0.0262
     | planner 2.0s $0.0141 ################ workflow 2.0s $0.0121 ################|
    --------------------------------------------------------------------------------
     1 Timeline  2 Flame  3 Table  4 Calls  5 Graph                     width: cost
     summarize book.txt
     [>summarize book.txt $0.0262 100%                                             ]
     [planner $0.0141 54%                     ][workflow $0.0121 46%               ]
     [workflow-generator $0.0105 40%][workflo~][summarize $0.0083 32%  ][translate ]
     [claude-sonnet-4-5 $0.0105 40% ][claude-~][x attempt 1][attempt 2 ][gpt-4.1   ]
                                               [x claude-s~][claude-so~]

     nodes                                   models
       workflow-generator    $0.0105  40 %     claude-sonnet-4-5 x4  $0.0224  85 %
       summarize             $0.0083  32 %     gpt-4.1               $0.0038  15 %
    -- changes - planner -----------------------------------------------------------
       2 calls
     Nothing in the store changed.


     ? help  / search  Enter open  d diff  m time|cost|tokens  1-5 view  q quit
    "
  `);
});

test('the flame of a run without any duration shows a message', () => {
  const events = buildTrace((t) => t.stage('workflow', () => void t.node('one', {})));
  expect(new TestScreen(events).press('2').text()).toContain(' Nothing has taken any time.');
});
