import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summarize } from '../../../src/metrics/summary.js';
import { createProfile } from '../../../src/profile/run/profile.js';
import type { RunState } from '../../../src/profile/run/run-state.js';
import { toTraceEvent } from '../../../src/trace/event/compact-event.js';
import { traceEventSchema, type TraceEvent } from '../../../src/trace/event/event.js';
import { isKnownType } from '../../../src/trace/event/event-format.js';
import { parseEvent, parseJson } from '../../../src/trace/read/parse-events.js';
import { readTrace } from '../../../src/trace/read/read-trace.js';
import { serializeEvent } from '../../../src/trace/write/jsonl.js';
import { leanEvents } from '../../support/lean-events.js';
import { testPrices } from '../../support/prices.js';
import { fixtureNames, readFixture } from '../../support/trace-builder.js';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const everyField = readFixture('every-field').filter((event) => isKnownType(event.type));

async function reduceFile(path: string): Promise<RunState> {
  const profile = createProfile({ prices: testPrices });
  for await (const event of readTrace(path)) profile.apply(event);
  return profile.state;
}

test.each(readdirSync(join(fixtures, 'traces-v1')))(
  'the version 1 trace %s has the same figures as its version 2',
  async (name) => {
    const first = await reduceFile(join(fixtures, 'traces-v1', name));
    const second = await reduceFile(join(fixtures, 'traces', name));
    expect([first.started?.version, second.started?.version]).toEqual([1, 2]);
    expect(first.totals).toEqual(second.totals);
    expect(summarize(first)).toEqual(summarize(second));
    expect([...first.spans.values()]).toEqual([...second.spans.values()]);
  },
);

test('the fixtures contain every field of every event', () => {
  const events = fixtureNames.flatMap((name) => readFixture(name));
  const missing = traceEventSchema.options.flatMap(({ shape }) => {
    const type = shape.type.value;
    const written = new Set(events.filter((event) => event.type === type).flatMap(Object.keys));
    return Object.keys(shape)
      .filter((field) => !written.has(field))
      .map((field) => `${type} ${field}`);
  });
  expect(missing).toEqual([]);
});

const optionalFields = new Map(
  traceEventSchema.options.map(({ shape }) => [
    shape.type.value as string,
    Object.entries(shape).flatMap(([field, schema]) => (schema.safeParse(undefined).success ? [field] : [])),
  ]),
);

test('any subset of the optional fields, together with unknown ones, is read and serialized to the same bytes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...everyField),
      fc.infiniteStream(fc.boolean()),
      fc.dictionary(
        fc.string({ minLength: 1 }).map((name) => `new ${name}`),
        fc.jsonValue(),
      ),
      (event, drops, unknown) => {
        const optional = optionalFields.get(event.type)!;
        const kept = Object.entries(event).filter(
          ([field]) => !optional.includes(field) || drops.next().value,
        );
        const [first, ...others] = kept;
        const line = JSON.stringify(Object.fromEntries([first!, ...Object.entries(unknown), ...others]));
        const read = parseEvent(parseJson(line));
        expect(read?.type).toBe(event.type);
        expect(serializeEvent(read!)).toBe(line);
      },
    ),
  );
});

test('the full form of every compact event is valid by the schema and has only declared fields', () => {
  fc.assert(
    fc.property(leanEvents, (events) => {
      for (const lean of events) {
        const event = toTraceEvent(Object.assign(lean, { seq: 7, at: 1.5 }));
        expect(traceEventSchema.safeParse(event).error?.issues ?? []).toEqual([]);
        expect(
          Object.keys(event).filter((field) => !declaredFields.get(event.type)!.includes(field)),
        ).toEqual([]);
      }
    }),
  );
});

const declaredFields = new Map<TraceEvent['type'], string[]>(
  traceEventSchema.options.map(({ shape }) => [shape.type.value, Object.keys(shape)]),
);
