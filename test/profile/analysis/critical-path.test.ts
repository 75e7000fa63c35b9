import { expect, test } from 'vitest';
import { CriticalPath } from '../../../src/profile/analysis/critical-path.js';
import { Slack } from '../../../src/profile/analysis/slack.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';

function analyse(script: (t: TraceBuilder) => void) {
  const state = reduceEvents(buildTrace(script), { prices: testPrices });
  const path = new CriticalPath(state);
  const slack = new Slack(state, path);
  const spans = [...state.spans.values()];
  return {
    path,
    /** `name from–to` of every step. */
    steps: path.steps().map(({ span, from, to }) => `${state.spans.get(span)!.name} ${from}–${to}`),
    /** The slack of every span that is not on the path, by name. */
    slack: Object.fromEntries(
      spans.flatMap(({ id, name }) => (path.includes(id) ? [] : [[name, slack.of(id)]])),
    ),
    on: spans.filter(({ id }) => path.includes(id)).map(({ name }) => name),
    slackOnPath: spans.filter(({ id }) => path.includes(id)).map(({ id }) => slack.of(id)),
  };
}

const parallel = (t: TraceBuilder) =>
  t.stage('workflow', () => {
    t.node('first', {}, () => void t.wait(10));
    t.wait(5);
    const fast = t.open('node', 'fast');
    const slow = t.open('node', 'slow');
    t.wait(20).close(fast);
    t.wait(30).close(slow);
    t.node('last', {}, () => t.phase('exec', 7));
  });

test('the critical path follows the slowest of concurrent spans', () => {
  const { steps, path } = analyse(parallel);
  expect(steps).toEqual(['first 0–10', 'workflow 10–15', 'slow 15–65', 'exec 65–72']);
  expect(path.length()).toBe(72);
  expect(path.shares()).toEqual([
    { path: ['slow'], ms: 50 },
    { path: ['first'], ms: 10 },
    { path: ['last'], ms: 7 },
    { path: ['workflow'], ms: 5 },
  ]);
});

test('slack is the time until another span would have to wait, and is 0 on the critical path', () => {
  const { slack, on, slackOnPath } = analyse(parallel);
  expect(slack).toEqual({ fast: 30 });
  expect(on).toEqual(['workflow', 'first', 'slow', 'last', 'exec']);
  expect(slackOnPath).toEqual([0, 0, 0, 0, 0]);
});

test('consecutive spans of a branch share its slack, and a span without successors has all of it', () => {
  const { slack } = analyse((t) =>
    t.stage('workflow', () => {
      const slow = t.open('node', 'slow');
      t.node('a', {}, () => void t.wait(10));
      t.wait(5);
      const side = t.open('node', 'side');
      t.wait(1).close(side);
      t.wait(1);
      t.node('b', {}, () => t.phase('exec', 20));
      t.wait(63).close(slow);
    }),
  );
  // b ends 63 ms before the run; side ends 1 ms before b starts, and a 5 ms before side does.
  expect(slack).toEqual({ a: 69, side: 64, b: 63, exec: 63 });
});

test("the slack of a span inside a node off the path includes the node's slack", () => {
  const { slack } = analyse((t) =>
    t.stage('workflow', () => {
      const slow = t.open('node', 'slow');
      t.node('nested', {}, () => {
        const one = t.open('node', 'one');
        const two = t.open('node', 'two');
        t.wait(10).close(one);
        t.wait(10).close(two);
      });
      t.wait(30).close(slow);
    }),
  );
  expect(slack).toEqual({ nested: 30, one: 40, two: 30 });
});

test('work that no other span waited for is not on the critical path, and its slack extends to the end of the run', () => {
  const { steps, slack } = analyse((t) => {
    let orphan = 0;
    t.stage('workflow', () => {
      t.node('parent', {}, () => {
        orphan = t.open('llm', 'late', { model: 'm', provider: 'p' });
        t.wait(10);
      });
    });
    t.wait(80).close(orphan);
    t.wait(10);
  });
  expect(steps).toEqual(['parent 0–10']);
  expect(slack).toEqual({ late: 10 });
});

test('the stages of a run are consecutive on the critical path', () => {
  const { steps } = analyse((t) => {
    t.stage('planner', () => void t.wait(10));
    t.wait(2);
    t.stage('workflow', () => t.node('a', {}, () => void t.wait(5)));
  });
  expect(steps).toEqual(['planner 0–10', 'a 12–17']);
});

test('the length of the path excludes the time in which the run waited for its user, unless a node was running', () => {
  const { path } = analyse((t) =>
    t.stage('workflow', () => {
      t.node('a', {}, () => void t.wait(10));
      t.control('paused').wait(100).control('resumed');
      t.wait(5);
      t.node('b', {}, () => {
        t.wait(20).control('paused').wait(50).control('resumed');
        t.wait(3);
      });
    }),
  );
  expect(path.length()).toBe(88);
  expect(path.shares()).toEqual([
    { path: ['b'], ms: 73 },
    { path: ['a'], ms: 10 },
    { path: ['workflow'], ms: 5 },
  ]);
});

test('a child that started before its parent adds no time outside of the parent', () => {
  const { steps, path } = analyse((t) => {
    t.stage('workflow', (stage) => {
      t.node('a', {}, () => void t.wait(10));
      const early = t.now;
      t.wait(4);
      const node = t.open('node', 'late parent', { parent: stage });
      t.events.push({
        seq: t.events.length,
        at: early,
        type: 'span.started',
        span: 77,
        parent: node,
        kind: 'llm',
        name: 'skewed',
        model: 'm',
        provider: 'p',
      });
      t.wait(6).close(77).close(node);
    });
  });
  expect(steps).toEqual(['a 0–10', 'workflow 10–14', 'skewed 14–20']);
  expect(path.length()).toBe(20);
});

test('a tree of any depth has a critical path', () => {
  const depth = 5000;
  const events = buildTrace((t) => {
    const spans = Array.from({ length: depth }, (_, i) =>
      t.open('node', `n${i}`, { nodeType: 'test', ...(i === 0 ? {} : { parent: i }) }),
    );
    t.wait(3);
    for (const span of spans.reverse()) t.close(span);
  });
  const state = reduceEvents(events, { prices: testPrices });
  const path = new CriticalPath(state);
  const slack = new Slack(state, path);
  expect([path.includes(depth), slack.of(depth), path.steps()]).toEqual([
    true,
    0,
    [{ span: depth, from: 0, to: 3 }],
  ]);
});
