import { expect, test } from 'vitest';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const called = (fields: Parameters<TraceBuilder['llm']>[0]) => (t: TraceBuilder) =>
  void t.stage('workflow', () => void t.node('ask', { nodeType: 'llm' }, () => void t.llm(fields)));
const header = (...args: ConstructorParameters<typeof TestScreen>) => new TestScreen(...args).lines()[0]!;

test('the header names offline rules without calling them a model and shows no cost for them', () => {
  const offline = {
    provider: 'offline',
    model: 'rules',
    free: true,
    input: 120,
    output: 40,
    usageOrigin: 'estimated',
  } as const;
  const events = buildTrace(called(offline), {
    model: { provider: 'offline', model: 'rules', reason: 'no model is configured', free: true },
  });
  expect(header(events)).toContain('~160 tok   cost n/a   offline rules');
});

test('the header shows a local model as free', () => {
  const events = buildTrace(
    called({ provider: 'ollama', model: 'llama', free: true, input: 10, output: 5 }),
    { model: { provider: 'ollama', model: 'llama', reason: 'it answers', free: true } },
  );
  expect(header(events)).toContain('cost free   ollama/llama');
});

test('the header shows the total as a lower bound when a model has no price', () => {
  const events = buildTrace((t) => {
    called({ input: 1_000_000, output: 0 })(t);
    called({ provider: 'anthropic', model: 'claude-of-tomorrow', input: 5, output: 5 })(t);
  });
  expect(header(events)).toContain('cost ≥ $3.00 + unpriced');
});

test('the header marks a simulated run', () => {
  const events = buildTrace(called({ input: 1, output: 1 }), {
    flags: { simulated: true, capture: 'preview', redact: true },
  });
  for (const columns of [40, 80, 120]) expect(header(events, { columns })).toContain('SIMULATED');
});

test('the header shows a trace without its last event as interrupted, or as running when it is live', () => {
  const events = buildTrace(called({ input: 1, output: 1 }), { open: true });
  expect(header(events)).toContain('interrupted');
  expect(header(events, { live: true })).toContain('running');
});

test('the running indicator does not move with reduced motion', () => {
  const events = buildTrace(called({ input: 1, output: 1 }), { open: true });
  const marks = (reducedMotion: boolean) =>
    new Set(
      [0, 100, 200].map(
        (now) => header(events, { live: true, reducedMotion, now: 1000 + now }).match(/(\S) running/)![1],
      ),
    );
  expect(marks(false).size).toBe(3);
  expect(marks(true).size).toBe(1);
});

test('running indicators do not move in a trace that is no longer written', () => {
  const events = buildTrace((t) => void t.node('stuck', {}, () => void t.log('on my way')), { open: true });
  const running = events.slice(0, 1 + events.findIndex(({ type }) => type === 'span.started'));
  const rows = (live: boolean) =>
    new Set(
      [0, 100, 200].map((now) =>
        new TestScreen(running, { live, now: 1000 + now })
          .lines()
          .find((line) => line.startsWith('❯'))!
          .slice(0, 6),
      ),
    );
  expect([...rows(false)]).toEqual([expect.stringContaining('◐')]);
  expect(rows(true).size).toBe(3);
});

test('the header shows a lost writer and the progress of a search', () => {
  const events = buildTrace(called({ input: 1, output: 1 }), { open: true });
  const screen = new TestScreen(events);
  screen.ui = { ...screen.ui, look: { ...screen.ui.look, writerGone: true } };
  expect(screen.lines()[0]).toContain('⊘ writer gone');
  screen.ui = { ...screen.ui, look: { ...screen.ui.look, searching: 0.425 } };
  expect(screen.lines()[0]).toContain('searching 42%');
});

test('the header shows paused and cancelling runs', () => {
  const paused = buildTrace((t) => void t.control('paused'), { open: true });
  const cancelling = buildTrace((t) => void t.control('cancel-requested'), { open: true });
  expect(header(paused, { live: true })).toContain('paused');
  expect(header(cancelling, { live: true })).toContain('cancelling');
});

test('the header names the model that was called, not one that was chosen and never called', () => {
  const model = { provider: 'openai', model: 'gpt-5', reason: 'OPENAI_API_KEY is set' };
  const mini = { provider: 'openai', model: 'gpt-4.1-mini', input: 1, output: 1 };
  const own = buildTrace(called(mini), { model });
  expect(header(own)).toContain('openai/gpt-4.1-mini');
  expect(header(own)).not.toContain('gpt-5');
  const several = buildTrace(
    (t) => {
      called({ ...mini, model: 'gpt-4.1' })(t);
      called(mini)(t);
      called(mini)(t);
    },
    { model },
  );
  expect(header(several)).toContain('openai/gpt-4.1-mini + 1');
  const none = buildTrace((t) => void t.stage('workflow', () => {}), { model });
  expect(header(none)).toContain('no model called');
});
