/** Why a node failed. */
import { expect, test } from 'vitest';
import { describeFailure, toFailureJson } from '../../../src/profile/analysis/describe-failure.js';
import { explainFailure } from '../../../src/profile/analysis/explain-failure.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { RunState } from '../../../src/profile/run/run-state.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

type Given = { text: string; model?: string; prompt?: string; fails?: string };

function script(t: TraceBuilder, { text, model = 'gpt-5-mini', prompt = 'Extract.', fails }: Given): void {
  const end = fails === undefined ? {} : { fails };
  t.stage(
    'workflow',
    () => {
      t.node('make', { nodeType: 'shell' }, () => {
        t.log('warning: no input\nusing defaults\n', 'stderr');
        t.set({ '/make/stdout': text });
      });
      t.node('parse', { nodeType: 'llm', ...end }, () => {
        t.params({
          format: { value: 'json' },
          prompt: {
            template: `${prompt} \${make.stdout}`,
            value: `${prompt} ${text}`,
            from: ['/make/stdout'],
          },
        });
        t.log('bad token\n', 'stderr');
        t.phase('exec', () => void t.llm({ ms: 5, model, prompt: `${prompt} ${text}`, text: '?' }), end);
      });
    },
    end,
  );
}

const runOf = (given: Given, params: Record<string, string> = {}): RunState =>
  reduceEvents(
    buildTrace((t) => script(t, given), { params }),
    { prices: testPrices },
  );
const failed = runOf({ text: 'not json {', model: 'gpt-5', fails: 'No JSON in prompt' }, { path: 'b.md' });
const stageOf = (run: RunState) => run.spans.get(run.roots[0]!)!;

test('a failure is explained by its parameters, their writers and what these printed', () => {
  const explanation = explainFailure(failed, stageOf(failed))!;
  expect(explanation.path).toBe('parse');
  expect(describeFailure(explanation)).toEqual([
    { label: 'parameter', text: 'prompt = Extract. ${make.stdout}' },
    { label: 'value', text: 'Extract. not json {' },
    { label: 'written by', text: 'make, at /make/stdout', pointer: '/make/stdout' },
    { label: '  stderr', text: 'warning: no input\nusing defaults' },
    { label: 'stderr', text: 'bad token' },
  ]);
});

test('an earlier run that succeeded adds what differs: inputs, parameters and model', () => {
  const earlier = runOf({ text: '{"a":1}' }, { path: 'a.md' });
  const explanation = explainFailure(failed, stageOf(failed), earlier)!;
  expect(describeFailure(explanation).slice(5)).toEqual([
    { label: 'changed', text: 'input path: "a.md" → "b.md"' },
    { label: '', text: 'parameter prompt: "Extract. {\\"a\\":1}" → "Extract. not json {"' },
    { label: '', text: 'model: anthropic/gpt-5-mini → anthropic/gpt-5' },
  ]);
  expect(toFailureJson(failed, explanation, 'run-1')).toMatchObject({
    node: 'parse',
    message: 'No JSON in prompt',
    parameters: [{ name: 'prompt', sources: [{ pointer: '/make/stdout', node: 'make' }] }],
    changes: [{ what: 'input', name: 'path', before: 'a.md', after: 'b.md' }, {}, { what: 'model' }],
    compared_with: 'run-1',
  });
});

test('an earlier run that was given the same says so', () => {
  const earlier = runOf({ text: 'not json {', model: 'gpt-5' }, { path: 'b.md' });
  const facts = describeFailure(explainFailure(failed, stageOf(failed), earlier)!);
  expect(facts.at(-1)).toMatchObject({ label: 'changed', text: expect.stringContaining('nothing') });
});

test('a template that could not be resolved is taken from the plan', () => {
  const run = reduceEvents(
    buildTrace((t) => {
      t.emit({
        type: 'workflow.planned',
        origin: 'file',
        name: 'w',
        ir: { nodes: [{ id: 'use', type: 'echo', params: { message: '${make.nothing}', loud: true } }] },
        nodes: [],
        edges: [],
      });
      t.stage('workflow', () => {
        t.node('make', {}, () => void t.set({ '/make/stdout': 'x' }));
        t.node('use', { fails: "Node 'make' does not output 'nothing'." }, () => void t.wait(1));
      });
    }),
    { prices: testPrices },
  );
  expect(
    describeFailure(explainFailure(run, stageOf(run).children.map((id) => run.spans.get(id)!)[1]!)!),
  ).toEqual([
    { label: 'parameter', text: 'message = ${make.nothing}' },
    { label: 'value', text: 'could not be made' },
    { label: 'written by', text: 'make, at /make/nothing', pointer: '/make/nothing' },
  ]);
});

test('a span that neither failed nor has a warning has no explanation', () => {
  const run = runOf({ text: 'x' });
  expect(explainFailure(run, stageOf(run))).toBeUndefined();
});
