import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

test('a propagated error names the span where it originated', () => {
  const error = {
    name: 'HttpError',
    message: 'No answer.',
    code: 'http',
    hint: 'Check the network.',
    stack: 'at f',
  };
  const events = buildTrace((t) =>
    t.stage(
      'workflow',
      () => {
        t.wait(20);
        t.node('fetch', { fails: error }, () => {
          t.phase(
            'exec',
            () => {
              t.attempt(1, () => void t.wait(10), { fails: 'Refused.' });
              t.attempt(2, () => void t.wait(30), { fails: error });
            },
            { fails: error },
          );
        });
      },
      { fails: error },
    ),
  );
  const at = new TestScreen(events, { columns: 80, rows: 20 }).press('enter', '0');
  expect(at.lines().slice(5, 13).join('\n')).toMatchInlineSnapshot(`
    " HttpError: No answer.
     where          workflow ▸ fetch ▸ exec ▸ attempt 2, at 00:00.0
     code           http
     hint           Check the network.

     stack
       at f
    "
  `);
});

test('a stage shows the stack of the node whose error it wraps, and its own where the node has another error', () => {
  const own = {
    name: 'TypeError',
    message: 'x is undefined',
    stack: 'at Count.exec (file:///app/flow.mjs:8:27)',
  };
  const wrapped = {
    name: 'NodeFailure',
    message: own.message,
    code: 'node_failed',
    stack: 'at run (/pflow.js:1:1)',
  };
  const open = (fails: typeof own) =>
    new TestScreen(
      buildTrace((t) => t.stage('workflow', () => t.node('count', { fails }), { fails: wrapped })),
      { columns: 80, rows: 20 },
    )
      .press('enter', '0')
      .text();
  expect(open(own)).toMatch(/TypeError: x is undefined[^]*code +node_failed[^]*at Count\.exec/);
  expect(open({ ...own, message: 'y' })).toMatch(/NodeFailure: x is undefined[^]*at run/);
});

test('frames of pflow and Node.js in a stack are collapsed, those of the user are shown', () => {
  const stack = [
    'TypeError: x is not a function',
    '    at exec (file:///home/me/.pflow/nodes/mine.ts:3:9)',
    '    at a.run (file:///usr/lib/pflow/dist/chunks/chunk-DUNHTEYT.js:2:1231)',
    '    at async main (file:///usr/lib/pflow/dist/main.js:18:4203)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    '    at load (file:///home/me/app/dist/main.js:1:1)',
  ].join('\n');
  const events = buildTrace((t) =>
    t.stage('workflow', () =>
      t.node(
        'mine',
        { fails: { name: 'TypeError', message: 'x is not a function', stack } },
        () => void t.wait(1),
      ),
    ),
  );
  const at = new TestScreen(events, { columns: 90, rows: 20 }).press('g', 'j', 'enter');
  const pane = () => at.lines().slice(5, -1).join('\n').trimEnd();
  expect(pane()).toMatchInlineSnapshot(`
    " TypeError: x is not a function
     where          workflow ▸ mine, at 00:00.0

     stack
       at exec (file:///home/me/.pflow/nodes/mine.ts:3:9)
     ▸ 3 frames of pflow and Node.js
       at load (file:///home/me/app/dist/main.js:1:1)"
  `);
  at.press('j', 'j', 'j', 'j', 'j').press('enter');
  expect(pane()).toMatchInlineSnapshot(`
    " TypeError: x is not a function
     where          workflow ▸ mine, at 00:00.0

     stack
       at exec (file:///home/me/.pflow/nodes/mine.ts:3:9)
     ▾ 3 frames of pflow and Node.js
         at a.run (file:///usr/lib/pflow/dist/chunks/chunk-DUNHTEYT.js:2:1231)
         at async main (file:///usr/lib/pflow/dist/main.js:18:4203)
         at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
       at load (file:///home/me/app/dist/main.js:1:1)"
  `);
});

const failedRun = (text: string, fails?: string) =>
  buildTrace((t) => {
    const end = fails === undefined ? {} : { fails };
    t.stage(
      'workflow',
      () => {
        t.node('make', { nodeType: 'shell' }, () => {
          t.log('using defaults\n', 'stderr');
          t.set({ '/make/stdout': text });
        });
        t.node('parse', { nodeType: 'code', ...end }, () => {
          t.params({ text: { template: '${make.stdout}', value: text, from: ['/make/stdout'] } });
          t.wait(5);
        });
      },
      end,
    );
  });

test('Error shows where the value came from and what differs from the last run that succeeded; w opens its writer', () => {
  const at = new TestScreen(failedRun('{oops', 'No JSON'), { columns: 80, rows: 24 });
  const succeeded = reduceEvents(failedRun('{"a":1}'), { prices: testPrices });
  at.viewport = { ...at.viewport, succeeded };
  at.press('G', 'enter');
  expect(at.text()).toMatchInlineSnapshot(`
    "
     pflow ▸ test run                               ✓ done 00:00.0   – tok   cost –
     │ workflow 5ms █████████████████████████████████████████████████████████████▓▓│
    ────────────────────────────────────────────────────────────────────────────────
     parse · code
     1 Over 2 Before 3 After 4 Diff 5 Prompt 6 Resp 7 Params 8 Cost 9 Log 0 Err
     Error: No JSON
     where          workflow ▸ parse, at 00:00.0

     why: parse, compared with run 0a1b2c3d
     parameter      text = \${make.stdout}
     value          {oops
     written by     make, at /make/stdout
       stderr       using defaults
     changed        parameter text: "{\\"a\\":1}" → "{oops"









     ? help  Esc back  / search  ⏎ fold  d diff  [ back in time  Tab next tab
    "
  `);
  at.press('j', 'j', 'j', 'j', 'j', 'j');
  expect(at.press('w').ui.tab).toBe('After');
  expect(at.line('make · shell')).toContain('Esc back to parse');
});
