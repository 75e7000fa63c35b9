import { expect, test } from 'vitest';
import { identifyWorkflow, isOfWorkflow } from '../../../src/ledger/enter/identify-workflow.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import type { EventOf } from '../../../src/trace/event/event.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

type Plan = EventOf<'workflow.planned'>;

function identify(
  workflow: EventOf<'run.started'>['workflow'],
  plan: Partial<Pick<Plan, 'origin' | 'name' | 'ir'>> = {},
) {
  const events = buildTrace((t) => {
    t.stage('workflow', () => void t.plan([{ id: 'read', type: 'shell' }]));
  }).map((event) => {
    if (event.type === 'run.started' && workflow) return { ...event, workflow };
    if (event.type !== 'workflow.planned') return event;
    // The run's own plan names no span.
    const { span: _span, ...own } = event;
    return { ...own, ...plan };
  });
  return identifyWorkflow(reduceEvents(events, { prices: testPrices }));
}

const nodes = [{ id: 'read', type: 'shell', params: { command: 'ls' } }];

test('a saved workflow is identified by its name, wherever its file is', () => {
  const one = identify({ name: 'digest', path: '/a/digest.json' }, { origin: 'saved', name: 'digest' });
  const other = identify({ name: 'digest', path: '/b/digest.json' }, { origin: 'saved', name: 'digest' });
  expect(one).toEqual({ workflow: 'digest', identity: 'saved:digest' });
  expect(isOfWorkflow(one, other)).toBe(true);
});

test('two files of one name are two workflows', () => {
  const one = identify({ name: 'batch', path: '/a/batch.json' }, { origin: 'file' });
  const other = identify({ name: 'batch', path: '/b/batch.json' }, { origin: 'file' });
  expect(one.identity).toBe('file:/a/batch.json');
  expect(isOfWorkflow(one, other)).toBe(false);
});

test('a planned workflow is identified by its nodes and edges, not by its name or inputs', () => {
  const planned = (name: string, ir: Plan['ir']) => identify(undefined, { origin: 'planned', name, ir });
  const one = planned('list-files', { nodes, edges: [], inputs: { folder: { type: 'string' } } });
  const other = planned('list', { nodes, edges: [] });
  const third = planned('list-files', { nodes, edges: [{ from: 'read', to: 'read' }] });
  expect(one.identity).toMatch(/^plan:[\da-f]{16}$/);
  expect(isOfWorkflow(one, other)).toBe(true);
  expect(isOfWorkflow(one, third)).toBe(false);
});

test('a run that an earlier version recorded has no identity and is found by its name', () => {
  const run = identify({ name: 'batch', path: '/a/batch.json' }, { origin: 'file' });
  expect(isOfWorkflow({ workflow: 'batch' }, run)).toBe(true);
  expect(isOfWorkflow({ workflow: 'other' }, run)).toBe(false);
  expect(isOfWorkflow({}, {})).toBe(false);
});
