import { expect, test } from 'vitest';
import { toCallsCsv } from '../../../src/export/calls-csv.js';
import { toChromeTrace } from '../../../src/export/chrome-trace.js';
import { toFolded } from '../../../src/export/folded.js';
import { toHtml } from '../../../src/export/html/html-report.js';
import { toMarkdown } from '../../../src/export/markdown-report.js';
import { toOtlp } from '../../../src/export/otlp/otlp.js';
import { toSpeedscope } from '../../../src/export/speedscope.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { traceEventSchema, type TraceEvent } from '../../../src/trace/event/event.js';
import { omitContent } from '../../../src/trace/capture/omit-content.js';
import { testPrices } from '../../support/prices.js';
import { fixtureNames, readFixture } from '../../support/trace-builder.js';

const runs = fixtureNames.map((name) => [name, readFixture(name)] as const);

/** The fields that hold what a run captured, by the path within an event; `*` is every key or index. */
const contentPaths: Readonly<Record<string, readonly string[]>> = {
  'run.started': [
    'name',
    'request',
    'params.*',
    'project',
    'tags.*',
    'traceparent',
    'model.reason',
    'workflow.name',
    'workflow.path',
  ],
  'workflow.planned': [
    'name',
    'ir',
    'params.*',
    'nodes.*.purpose',
    'nodes.*.effects',
    'nodes.*.retry',
    'nodes.*.loop',
    'repaired.reason',
  ],
  'span.started': ['label', 'service', 'process'],
  'span.finished': ['error.message', 'error.hint', 'error.stack', 'degraded.facts', 'retryReason'],
  'params.resolved': ['params.*.value', 'params.*.template'],
  'store.changed': ['set.*'],
  'log.written': ['text'],
  'progress.changed': ['message'],
  'llm.request': ['prompt', 'system', 'settings.*', 'toolChoice', 'responseFormat', 'thinking', 'host'],
  'llm.response': ['text', 'object', 'rawUsage', 'reasoning', 'toolCalls.*.arguments', 'usageNote'],
  'control.changed': ['reason'],
  'run.finished': ['outputs.*', 'warnings.*.message', 'error.message', 'error.hint', 'error.stack'],
};

/** Every text of at least six characters in those fields, except what is also a name of the structure. */
function contentOf(events: readonly TraceEvent[]): string[] {
  const content = new Set<string>();
  const structure = new Set<string>(['(left out)']);
  const collect = (value: unknown, into: Set<string>): void => {
    if (typeof value === 'string') into.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const each of Object.values(value)) collect(each, into);
  };
  const visit = (value: unknown, path: readonly string[], paths: readonly (readonly string[])[]): void => {
    const here = paths.filter((each) => path.every((step, i) => each[i] === '*' || each[i] === step));
    if (here.some((each) => each.length === path.length)) return collect(value, content);
    if (typeof value === 'string') structure.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) {
        structure.add(key);
        visit(each, [...path, key], here);
      }
  };
  for (const event of events) {
    const paths = (contentPaths[event.type] ?? []).map((path) => path.split('.'));
    visit(JSON.parse(JSON.stringify(event)), [], paths);
  }
  return [...content].filter((text) => text.length >= 6 && !structure.has(text));
}

test.each(runs)('no export of %s without content contains a text that was captured', (_, events) => {
  const state = reduceEvents(events.map(omitContent), { prices: testPrices });
  const exports = [
    toMarkdown(state),
    toHtml(state),
    toCallsCsv(state),
    toFolded(state, 'time'),
    ...[toChromeTrace, toOtlp, toSpeedscope].map((make) => JSON.stringify(make(state))),
  ];
  const texts = exports.join('\n');
  const content = contentOf(events);
  // A text may also be part of a word of the format: one that is a word itself is looked for in its JSON form.
  const found = content.filter((text) => texts.includes(/[^\w./-]/.test(text) ? text : JSON.stringify(text)));
  expect(found).toEqual([]);
});

test('the texts that are looked for are in an export with content', () => {
  const events = readFixture('done-with-planner');
  const markdown = toMarkdown(reduceEvents(events, { prices: testPrices }));
  expect(contentOf(events).filter((text) => markdown.includes(text)).length).toBeGreaterThan(0);
});

test.each(runs)('times, tokens, costs and statuses of %s are the same without content', (_, events) => {
  const [whole, bare] = [events, events.map(omitContent)].map((each) =>
    reduceEvents(each, { prices: testPrices }),
  );
  for (const event of events)
    if (!event.type.startsWith('unknown:')) traceEventSchema.parse(omitContent(event));
  expect(bare!.totals).toEqual(whole!.totals);
  expect(
    [...bare!.spans.values()].map(({ id, kind, name, status, startedAt, finishedAt }) => [
      id,
      kind,
      name,
      status,
      startedAt,
      finishedAt,
    ]),
  ).toEqual(
    [...whole!.spans.values()].map(({ id, kind, name, status, startedAt, finishedAt }) => [
      id,
      kind,
      name,
      status,
      startedAt,
      finishedAt,
    ]),
  );
});

test('a field that the format does not name is left out', () => {
  const finished = {
    seq: 1,
    at: 2,
    type: 'run.finished',
    status: 'ok',
    secret: 'a new field',
  } as unknown as TraceEvent;
  expect(JSON.stringify(omitContent(finished))).not.toContain('a new field');
  const unknown: TraceEvent = { seq: 1, at: 2, type: 'unknown:later', raw: { text: 'a later event' } };
  expect(JSON.stringify(omitContent(unknown))).not.toContain('a later event');
});
