import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createHistory } from '../../../src/profile/store/store-history.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { readSnapshots, readStoreAt } from '../../../src/profile/store/snapshot.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { serializeEvent } from '../../../src/trace/write/jsonl.js';
import { followTrace } from '../../../src/trace/read/follow-trace.js';
import { readTrace } from '../../../src/trace/read/read-trace.js';
import { TraceInput } from '../../../src/trace/read/trace-input.js';
import { IndexedTrace } from '../../../src/trace/indexed/indexed-trace.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-recall-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { prices: testPrices };

/** A distinct text for each `of`, too long to be kept, without single-byte characters. */
const long = (of: string): string => `${of}: ${'größer ✓ '.repeat(200)}`;

const events = buildTrace((t) =>
  t.stage('workflow', () => {
    for (let i = 0; i < 20; i++) {
      t.node(`n${i % 3}`, { nodeType: 'llm' }, () => {
        t.llm({ prompt: long(`prompt ${i}`), text: long(`answer ${i}`), input: 10, output: 5 });
        t.set({
          [`/n${i % 3}/text`]: long(`value ${i}`),
          [`/n${i % 3}/count`]: i,
          [`/nothing${i}`]: null,
          [`/whole${i}`]: { inner: long('x') },
        });
        if (i === 7) t.set({ '/whole3/inner': 'set inside a value that lies in the file' });
      });
    }
  }),
);

let files = 0;
function fileOf(lines: readonly string[]): string {
  const path = join(folder, `trace-${files++}.jsonl`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** The lazy events of a file, with the reader that re-reads their values. */
async function open(path: string): Promise<{ light: TraceEvent[]; recall: IndexedTrace; input: TraceInput }> {
  const input = new TraceInput(path);
  const recall = new IndexedTrace(input);
  const light: TraceEvent[] = [];
  for await (const event of readTrace(input, { mapEvent: recall.addEvent, onWarning: () => {} }))
    light.push(event);
  return { light, recall, input };
}

/** Whether a field is read on access. */
const isRead = (record: object, key: string) =>
  Object.getOwnPropertyDescriptor(record, key)?.get !== undefined;

test('lazy events serialize to the same bytes', async () => {
  const { light } = await open(fileOf(events.map(serializeEvent)));
  const change = light.find((event) => event.type === 'store.changed')!;
  expect(isRead(change, 'set')).toBe(true);
  expect(
    isRead(
      light.find((event) => event.type === 'llm.request')!,
      'prompt',
    ),
  ).toBe(true);
  expect(light).toEqual(events);
  expect(light.map(serializeEvent)).toEqual(events.map(serializeEvent));
});

test('every event is read by its index in any order, with invalid lines between events', async () => {
  const lines = events.flatMap((event, i) =>
    i % 5 === 3 ? [serializeEvent(event), 'no event', ''] : [serializeEvent(event)],
  );
  const { light, recall } = await open(fileOf(lines));
  expect(light).toHaveLength(events.length);
  for (const i of [...events.keys()].toReversed()) expect(recall.at(i)).toEqual(events[i]);
});

test('lazy events reduce to the same state and the same stores at every span', async () => {
  const { light } = await open(fileOf(events.map(serializeEvent)));
  const [state, whole] = [reduceEvents(light, options), reduceEvents(events, options)];
  expect(state).toEqual(whole);
  for (const id of whole.spans.keys()) expect(readSnapshots(state, id)).toEqual(readSnapshots(whole, id));
});

test('a snapshot reads a value only on access', async () => {
  const { light, input } = await open(fileOf(events.map(serializeEvent)));
  const store = readStoreAt(reduceEvents(light, options), { seq: events.length });
  input.close();
  expect(Object.keys(store)).toContain('whole19');
  expect(isRead(store, 'whole19')).toBe(true);
  expect(store['whole19']).toEqual({ $: 'threw', message: 'the trace file was changed while it was open' });
});

test('a history without events in memory has the state of every moment', async () => {
  const { light, recall } = await open(fileOf(events.map(serializeEvent)));
  const history = createHistory({ ...options, memory: { add: () => {}, at: recall.at } });
  for (const event of light) history.apply(event);
  for (const count of [events.length, 3, 0, events.length - 1, 40])
    expect(history.stateAt(count)).toEqual(reduceEvents(events.slice(0, count), options));
  expect(history.eventAt(1)).toBe('run.started');
  expect(history.eventAt(0)).toBeUndefined();
});

test('the values of a file deleted while open are still readable', async () => {
  const path = fileOf(events.map(serializeEvent));
  const { light } = await open(path);
  rmSync(path);
  expect(light).toEqual(events);
});

test('a value that is no longer in the file is replaced by a message', async () => {
  const path = fileOf(events.map(serializeEvent));
  const { light, recall } = await open(path);
  truncateSync(path, 100);
  const request = light.find((event) => event.type === 'llm.request')!;
  expect(request.prompt).toEqual({ $: 'threw', message: 'the trace file was changed while it was open' });
  expect(recall.at(light.length - 1)).toMatchObject({ seq: light.length - 1, type: 'unknown:lost' });
});

test('the values of newly appended events of a followed file are readable', async () => {
  const [first, ...rest] = events.map(serializeEvent);
  const path = fileOf([first!]);
  const input = new TraceInput(path);
  const recall = new IndexedTrace(input);
  const light: TraceEvent[] = [];
  for await (const event of followTrace(input, { mapEvent: recall.addEvent, intervalMs: 1 })) {
    light.push(event);
    const next = rest[light.length - 1];
    if (next !== undefined) appendFileSync(path, `${next}\n`);
  }
  expect(light.map(serializeEvent).join('\n')).toBe(readFileSync(path, 'utf8').trimEnd());
  expect(recall.at(light.length - 1)).toEqual(events.at(-1));
});
