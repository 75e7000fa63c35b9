import { expect, test } from 'vitest';
import { deriveWarnings, failsStrict, formatWarning } from '../../../src/profile/analysis/warnings.js';
import { createProfile, reduceEvents } from '../../../src/profile/run/profile.js';
import { answeredCall } from '../../support/answered-call.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, fixtureNames, readFixture, type TraceBuilder } from '../../support/trace-builder.js';

const warningsOf = (script: (t: TraceBuilder) => void, options: Parameters<typeof buildTrace>[1] = {}) =>
  deriveWarnings(reduceEvents(buildTrace(script, options), { prices: testPrices }));
const inNode = (script: (t: TraceBuilder) => void) =>
  warningsOf((t) => t.stage('workflow', () => t.node('ask', { nodeType: 'llm' }, () => script(t))));

/** The warnings of a run with a response of these fields. */
const answering = (...fields: Parameters<typeof answeredCall>) => inNode(answeredCall(...fields));

test('the warning about failed batch items names some by value and counts the others', () => {
  const warnings = inNode((t) => {
    for (const [index, label] of ['a.md', 'b.md', 'c.md'].entries()) {
      const span = t.open('item', `ask [${index}]`, { index, of: 3, label });
      const failed =
        index === 1
          ? ({ status: 'failed', error: { name: 'Error', message: 'no such file' } } as const)
          : ({ status: 'ok' } as const);
      t.emit({ type: 'span.finished', span, ...failed });
    }
  });
  expect(warnings).toEqual([
    { code: 'batch_partial', node: 'ask', message: '2 of 3 items succeeded; failed: b.md (no such file).' },
  ]);
  expect(formatWarning(warnings[0]!)).toBe('ask: 2 of 3 items succeeded; failed: b.md (no such file).');
});

test('a failed batch item that a retry recovered causes the warning "recovered"', () => {
  const warnings = inNode((t) => {
    const first = t.open('item', 'ask [0]', { index: 0, of: 1, attempt: 1 });
    t.emit({
      type: 'span.finished',
      span: first,
      status: 'failed',
      error: { name: 'Error', message: 'busy' },
    });
    const second = t.open('item', 'ask [0]', { index: 0, of: 1, attempt: 2 });
    t.emit({ type: 'span.finished', span: second, status: 'ok' });
  });
  expect(warnings).toEqual([
    { code: 'recovered', node: 'ask', message: 'It failed and the run continued: busy' },
  ]);
  expect(warnings.some(failsStrict)).toBe(false);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'truncated',
    { finishReason: 'length' },
    'answer_cut: The answer of claude-sonnet-4-5 was truncated at its token limit (length).',
  ],
  [
    'truncated, as Anthropic names it',
    { finishReason: 'max_tokens' },
    'answer_cut: The answer of claude-sonnet-4-5 was truncated at its token limit (max_tokens).',
  ],
  [
    'filtered',
    { finishReason: 'SAFETY' },
    'answer_filtered: The answer of claude-sonnet-4-5 was withheld by a content filter (SAFETY).',
  ],
  [
    'refused',
    { finishReason: 'refusal' },
    'answer_refused: The answer of claude-sonnet-4-5 was a refusal (refusal).',
  ],
  ['empty', { text: ' ' }, 'answer_empty: The answer of claude-sonnet-4-5 is empty.'],
  [
    'a tool call',
    { text: '', toolCalls: [{ name: 'search', arguments: '{}' }] },
    'answer_tool_call: claude-sonnet-4-5 called search and gave no answer.',
  ],
  [
    'interrupted',
    { incomplete: true },
    'usage_unknown: The response of claude-sonnet-4-5 was interrupted: its usage is a lower bound.',
  ],
  [
    'without usage',
    { usage: null, usageOrigin: 'none' },
    'usage_unknown: The usage of claude-sonnet-4-5 is unknown: the response reports none.',
  ],
])('a response that is %s causes a warning', (_name, fields, expected) => {
  const [warning, ...others] = answering(fields);
  expect([`${warning?.code}: ${warning?.message}`, others]).toEqual([expected, []]);
  expect(failsStrict(warning!)).toBe(true);
});

test("a complete response, an agent's tool call and a structured response cause no warning", () => {
  expect(answering({ finishReason: 'stop' })).toEqual([]);
  expect(
    answering({ text: '', toolCalls: [{ name: 'search', arguments: '{}' }] }, { seenBy: 'tap' }),
  ).toEqual([]);
  expect(answering({ text: '', object: { a: 1 } })).toEqual([]);
});

test("a borrowed price is reported with whose it is and the line that states the host's seller", () => {
  const [warning] = inNode((t) =>
    t.llm({ provider: 'llm.corp.example', model: 'claude-sonnet-4-5', input: 1, output: 1 }),
  );
  expect(warning?.code).toBe('price_borrowed');
  expect(warning?.message).toContain('The price of llm.corp.example/claude-sonnet-4-5 is that of anthropic/');
  expect(warning?.message).toContain('{"hosts": {"llm.corp.example": "anthropic"}}');
});

test("an unpriced model and one at another seller's price are named once each", () => {
  const warnings = inNode((t) => {
    t.llm({ provider: 'anthropic', model: 'no-such-model', input: 1, output: 1 });
    t.llm({ provider: 'anthropic', model: 'no-such-model', input: 1, output: 1 });
  });
  expect(warnings.map(({ code }) => code)).toEqual(['price_unknown']);
  expect(warnings[0]!.message).toContain('pflow pricing explain anthropic/no-such-model');
});

test('an action without an edge is a dead end, except for the default action', () => {
  const script = (action: string) => (t: TraceBuilder) => {
    t.emit({
      type: 'workflow.planned',
      origin: 'file',
      name: 'w',
      ir: null,
      nodes: [
        { id: 'ask', type: 'code' },
        { id: 'next', type: 'echo' },
      ],
      edges: [{ from: 'ask', to: 'next', action: 'good' }],
    });
    t.stage('workflow', () => t.node('ask', { action }, () => t.phase('exec', 1)));
  };
  expect(warningsOf(script('nowhere'))).toEqual([
    {
      code: 'dead_end',
      node: 'ask',
      message: "It chose the action 'nowhere', which no edge continues: the workflow ended there.",
    },
  ]);
  expect(warningsOf(script('good'))).toEqual([]);
  expect(warningsOf(script('default'))).toEqual([]);
});

test.each(fixtureNames)('each warning of %s is one line and has a code and a message', (name) => {
  for (const warning of deriveWarnings(reduceEvents(readFixture(name), { prices: testPrices }))) {
    expect(warning.code).toMatch(/^[a-z_]+$/);
    expect(formatWarning(warning)).not.toMatch(/[\r\n]/);
    expect(warning.message).not.toBe('');
  }
});

test('warnings are recomputed only when the state has changed', () => {
  const profile = createProfile({ prices: testPrices });
  const events = buildTrace((t) =>
    t.stage('workflow', () =>
      t.node('ask', { nodeType: 'llm' }, () =>
        t.llm({ provider: 'anthropic', model: 'no-such-model', input: 1, output: 1 }),
      ),
    ),
  );
  profile.apply(events[0]!);
  const before = deriveWarnings(profile.state);
  expect(before).toEqual([]);
  expect(deriveWarnings(profile.state)).toBe(before);
  for (const event of events.slice(1)) profile.apply(event);
  expect(deriveWarnings(profile.state).map(({ code }) => code)).toEqual(['price_unknown']);
});
