import { expect, test } from 'vitest';
import { run, type RunControl, type TraceEvent } from '../../src/index.js';

const say = (id: string) => ({ id, type: 'echo', params: { message: id } });
const workflow = {
  nodes: [
    say('one'),
    {
      id: 'inner',
      type: 'workflow',
      params: {
        workflow_ir: { nodes: [say('two'), say('three')], edges: [{ from: 'two', to: 'three' }] },
      },
    },
    say('four'),
  ],
  edges: [
    { from: 'one', to: 'inner' },
    { from: 'inner', to: 'four' },
  ],
};

test('breakpoints, step and resume work from the library, also in nested workflows', async () => {
  const told: string[] = [];
  let control!: RunControl;
  const onEvent = (event: TraceEvent) => {
    if (event.type === 'span.started' && event.kind === 'node') told.push(event.name);
    if (event.type !== 'control.changed' || event.cause !== undefined) return;
    told.push(event.change);
    // Steps by one node, then resumes once that node has run.
    if (event.change === 'breakpoint') setImmediate(() => control.step());
  };
  const running = run(workflow, {
    model: 'offline',
    onEvent,
    onStart: (handed) => {
      control = handed;
      control.toggleBreakpoint('two');
    },
  });
  await expect.poll(() => told).toEqual(['one', 'inner', 'breakpoint', 'two']);
  expect(control.paused).toBe(true);
  control.resume();
  expect(await running).toMatchObject({ status: 'ok' });
  expect(told.slice(4)).toEqual(['resumed', 'three', 'four']);
});

test('a run paused at its start starts no node until it is resumed', async () => {
  const told: string[] = [];
  const running = run(workflow, {
    model: 'offline',
    onEvent: (event) => void told.push(event.type === 'span.started' ? event.name : event.type),
    onStart: (control) => {
      control.pause();
      setImmediate(() => {
        told.push('not yet');
        control.resume();
      });
    },
  });
  expect(await running).toMatchObject({ status: 'ok' });
  expect(told.indexOf('one')).toBeGreaterThan(told.indexOf('not yet'));
});
