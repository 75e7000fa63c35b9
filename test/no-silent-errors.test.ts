import { expect, test } from 'vitest';
import { exitCodes } from '../src/cli/io/exit-code.js';
import { exitCodeOfRun } from '../src/cli/run/run-exit-code.js';
import { lineFor, textSummary } from '../src/export/text-summary.js';
import { summarize } from '../src/metrics/summary.js';
import { reduceEvents } from '../src/profile/run/profile.js';
import { glyphsOf } from '../src/view/base/glyphs.js';
import { headerLine } from '../src/view/chrome/header.js';
import { answeredCall } from './support/answered-call.js';
import { workspace } from './support/cli.js';
import { testPrices } from './support/prices.js';
import { buildTrace, type TraceBuilder } from './support/trace-builder.js';

/** A batch of three items, some of which failed. */
const batch =
  (failed: number, empty = 0) =>
  (t: TraceBuilder) => {
    const node = t.open('node', 'ask', { nodeType: 'shell' });
    for (let index = 0; index < 3; index++) {
      const span = t.open('item', String(index), { index, of: 3, label: `${'abc'[index]}.md`, parent: node });
      const error = { name: 'Error', message: 'no such file' };
      t.emit({
        type: 'span.finished',
        span,
        ...(index < failed ? { status: 'failed', error } : { status: 'ok' }),
      });
    }
    t.emit({
      type: 'span.finished',
      span: node,
      status: 'ok',
      batch: { ok: 3 - failed, failed, of: 3, ...(empty > 0 ? { empty } : {}) },
    });
  };

const inNode = (script: (t: TraceBuilder) => void) => (t: TraceBuilder) =>
  t.node('ask', { nodeType: 'llm' }, () => script(t));
const finishing = (code: string, message: string) => (t: TraceBuilder) => {
  t.emit({ type: 'run.finished', status: 'ok', warnings: [{ code, message }] });
  t.finished = true;
};

/** Each condition of a run that did not fail: its code, its line after a run, and how the line of its node begins. */
const rows: readonly (readonly [
  string,
  (t: TraceBuilder) => void,
  { code: string; line: string; node?: string; strict?: number },
])[] = [
  [
    'usage that was not read',
    inNode(answeredCall({ usage: null, usageOrigin: 'none' })),
    { code: 'usage_unknown', line: 'The usage of claude-sonnet-4-5 is unknown' },
  ],
  [
    'an interrupted stream',
    inNode(answeredCall({ incomplete: true })),
    { code: 'usage_unknown', line: 'interrupted: its usage is a lower bound' },
  ],
  [
    'a truncated answer',
    inNode(answeredCall({ finishReason: 'length' })),
    { code: 'answer_cut', line: 'ask: The answer of claude-sonnet-4-5 was truncated', node: '⚠ ask' },
  ],
  [
    'a filtered answer',
    inNode(answeredCall({ finishReason: 'content_filter' })),
    { code: 'answer_filtered', line: 'withheld by a content filter', node: '⚠ ask' },
  ],
  [
    'a refusal',
    inNode(answeredCall({ finishReason: 'refusal' })),
    { code: 'answer_refused', line: 'was a refusal', node: '⚠ ask' },
  ],
  [
    'an empty answer',
    inNode(answeredCall({ text: '' })),
    { code: 'answer_empty', line: 'is empty', node: '⚠ ask' },
  ],
  [
    'a tool call in place of an answer',
    inNode(answeredCall({ text: '', toolCalls: [{ name: 'search', arguments: '{}' }] })),
    { code: 'answer_tool_call', line: 'called search and gave no answer', node: '⚠ ask' },
  ],
  [
    'failed items',
    batch(2),
    { code: 'batch_partial', line: '1 of 3 items succeeded; failed: a.md, b.md', node: '⚠ ask  1 of 3' },
  ],
  [
    'only empty outputs',
    batch(0, 3),
    { code: 'batch_all_empty', line: 'The output of all 3 items is empty', node: '⚠ ask' },
  ],
  [
    'an empty batch',
    (t) => {
      const span = t.open('node', 'ask', { nodeType: 'shell' });
      t.emit({ type: 'span.finished', span, status: 'ok', batch: { ok: 0, failed: 0, of: 0 } });
    },
    { code: 'batch_empty', line: 'ask: The batch had no items.', node: '⚠ ask' },
  ],
  [
    'a branch that leads nowhere',
    (t) => {
      const edges = [{ from: 'ask', to: 'next', action: 'good' }];
      const nodes = ['ask', 'next'].map((id) => ({ id, type: 'code' }));
      t.emit({ type: 'workflow.planned', origin: 'file', name: 'w', ir: null, nodes, edges });
      t.node('ask', { action: 'bad' }, () => t.phase('exec', 1));
    },
    { code: 'dead_end', line: "It chose the action 'bad', which no edge continues", node: '⚠ ask' },
  ],
  [
    'a loop without progress',
    (t) => {
      t.node('ask', {}, () => {
        const reason = 'ask: 3 visits in a row sent the same request and got the same answer';
        t.emit({ type: 'control.changed', change: 'loop-warned', reason, span: t.span });
      });
    },
    { code: 'loop_without_progress', line: 'ask: No progress: 3 visits in a row sent the same request' },
  ],
  [
    'a model without a price',
    inNode((t) => t.llm({ provider: 'anthropic', model: 'no-such-model', input: 1, output: 1 })),
    { code: 'price_unknown', line: 'The price of anthropic/no-such-model is unknown' },
  ],
  [
    'an output that was not produced',
    finishing('output_missing', "Output 'a' was not produced."),
    { code: 'output_missing', line: "Output 'a' was not produced." },
  ],
  [
    'piped input that nothing consumed',
    finishing('stdin_unused', 'The piped input was not used.'),
    { code: 'stdin_unused', line: 'The piped input was not used.' },
  ],
  [
    'a setting that could not be used',
    finishing('setting_unknown', "There is no setting 'them'."),
    { code: 'setting_unknown', line: "There is no setting 'them'." },
  ],
  [
    'a parameter that has no effect',
    finishing('param_unknown', "nodes[0].params.tone: node type 'llm' has no 'tone'."),
    { code: 'param_unknown', line: "has no 'tone'" },
  ],
  [
    'a failure that another attempt recovered',
    (t) =>
      t.node('ask', { nodeType: 'llm' }, () => {
        const first = t.open('attempt', 'attempt 1', { attempt: 1 });
        const error = { name: 'Error', message: 'busy' };
        t.emit({ type: 'span.finished', span: first, status: 'failed', error });
        const second = t.open('attempt', 'attempt 2', { attempt: 2 });
        t.emit({ type: 'span.finished', span: second, status: 'ok' });
      }),
    { code: 'recovered', line: 'It failed and the run continued: busy', strict: exitCodes.done },
  ],
  [
    'a plan that was repaired',
    (t) => {
      const ask = t.open('node', 'ask');
      t.emit({ type: 'span.finished', span: ask, status: 'ok', retryReason: "1 problem: no node 'x'." });
      const repaired = { attempt: 2, reason: "There is no node 'x'." };
      t.emit({
        type: 'workflow.planned',
        origin: 'planned',
        name: 'w',
        ir: null,
        nodes: [],
        edges: [],
        repaired,
      });
    },
    {
      code: 'plan_repaired',
      line: "The plan was invalid and was repaired: There is no node 'x'.",
      node: "↻ ask  0s  1 problem: no node 'x'.",
      strict: exitCodes.done,
    },
  ],
];

test.each(rows)('%s is on the screen, in the lines, in JSON and in the exit code', (_name, script, row) => {
  const state = reduceEvents(
    buildTrace((t) => t.stage('workflow', () => script(t))),
    {
      prices: testPrices,
    },
  );
  const look = { live: false, reducedMotion: true, glyphs: 'unicode' } as const;
  const header = headerLine(state, look, glyphsOf('unicode'), { now: state.lastAt, columns: 120 });
  expect(header.map(({ text }) => text).join('')).toContain('done, 1 warning');
  expect(summarize(state).warnings?.map(({ code }) => code)).toEqual([row.code]);
  expect(textSummary(state, { columns: 200 })).toContain(row.line);
  const ask = [...state.spans.values()].find(({ kind }) => kind === 'node');
  expect(ask ? lineFor(state, ask) : '').toMatch(new RegExp(`^${row.node ?? ''}`));
  const end = { status: 'ok', error: undefined, state } as const;
  expect(exitCodeOfRun(end)).toBe(exitCodes.done);
  expect(exitCodeOfRun(end, { strict: true })).toBe(row.strict ?? exitCodes.failed);
});

test('what is found before and after a run is in its lines, in JSON and in the exit code', async () => {
  const { pflow, write, env } = workspace();
  write('.home', '');
  write('w.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hi', tone: 'warm' } }] });
  const home = write('settings.json', { screen: { them: 'dark' } }).replace('/settings.json', '');
  const options = { env: { ...env, PFLOW_HOME: home }, input: 'nobody reads this' };
  const { code, stdout, stderr } = await pflow(
    ['w.json', '--strict', '--output-format', 'json', '--no-trace'],
    options,
  );
  expect(code).toBe(1);
  const { warnings } = JSON.parse(stdout) as { warnings: { code: string; node?: string }[] };
  expect(warnings.map(({ code, node }) => [code, node])).toEqual([
    ['setting_unknown', undefined],
    ['param_unknown', 'say'],
    ['stdin_unused', undefined],
  ]);
  expect(stderr).toMatch(/say: line 1, nodes\[0\]\.params\.tone: node type 'echo' has no 'tone'/);
  const lines = await pflow(['w.json', '--no-trace'], options);
  expect(lines.stderr.match(/warning: /g)).toHaveLength(3);
  expect(lines.stderr).toContain('warning: The piped input was not used');
});
