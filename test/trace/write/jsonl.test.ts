import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { toTraceEvent, type CompactEvent } from '../../../src/trace/event/compact-event.js';
import { JsonlBuffer, serializeEvent } from '../../../src/trace/write/jsonl.js';
import { leanEvents } from '../../support/lean-events.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

/** The content of a file after the events were added and written in batches. */
function written(events: readonly (TraceEvent | CompactEvent)[], writeEvery = Infinity): string {
  const path = join(folder, `${files++}.jsonl`);
  const fd = openSync(path, 'ax');
  const lines = new JsonlBuffer();
  for (const [index, event] of events.entries()) {
    lines.add(event);
    if (index % writeEvery === 0) lines.writeTo(fd);
  }
  lines.writeTo(fd);
  closeSync(fd);
  return readFileSync(path, 'utf8');
}

function expected(events: readonly TraceEvent[]): string {
  return events.map((event) => `${serializeEvent(event)}\n`).join('');
}

function eventWith(value: unknown, seq = 3, at = 0.25): TraceEvent {
  return { seq, at, type: 'store.changed', span: 1, set: { '/a': value } } as TraceEvent;
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 80 }),
  // Beyond the length from which text is serialized by the engine, plain and with characters to escape.
  fc.string({ unit: 'grapheme-ascii', minLength: 30, maxLength: 300 }),
  fc.constantFrom('\ud800', 'a\udfff', '\u2028', 'é'.repeat(100), `${'x'.repeat(99)}\n`, '\u007f', '"', '\\'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, undefined),
    fc.integer(),
    fc.double(),
    fc.constantFrom(-0, 2 ** 30, -(2 ** 30), 2 ** 53, 0.001, 12.999, -1.5, 0.1 + 0.2, 1e21, Number.NaN),
    fc.integer({ min: 0, max: 2 ** 40 }).map((microseconds) => Math.round(microseconds) / 1000),
    text,
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(text, tie('any'), { maxKeys: 5 }),
    fc.dictionary(text, tie('any'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).any;

test('every line equals the output of JSON.stringify', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      (values, every) => {
        const events = values.map((each, index) => eventWith(each, index, index / 1000));
        expect(written(events, every)).toBe(expected(events));
      },
    ),
    { numRuns: 300 },
  );
});

test('control, bidirectional and invisible characters are escaped everywhere, and parse back unchanged', () => {
  const invisible = '\u007f\u009b2J\u00ad\u202e\u2066\u200b\u200d\ufeff\u2028\u{e0041}';
  const long = `${'x'.repeat(100)}${invisible}`;
  const known = eventWith({ [invisible]: [invisible, long] });
  const raw = { seq: 4, at: 1, type: 'later', note: invisible };
  const events = [known, { ...raw, raw } as unknown as TraceEvent];
  const lines = written(events);
  expect(lines).toMatch(/^[\n -~]+$/);
  expect(lines).toBe(expected(events));
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([known, raw]);
});

test('the line of a compact event equals the JSON of its full form', () => {
  fc.assert(
    fc.property(leanEvents, fc.integer({ min: 1, max: 3 }), (events, every) => {
      expect(written(events, every)).toBe(expected(events.map(toTraceEvent)));
    }),
    { numRuns: 300 },
  );
});

test('keys named like prototype members are serialized as keys', () => {
  const events = [eventWith(JSON.parse('{"__proto__":{"constructor":1},"toJSON":2}'))];
  expect(written(events)).toBe(expected(events));
});

test('lines longer than the buffer are complete, and so are those after them', () => {
  const events = [
    eventWith('plain '.repeat(100_000)),
    eventWith('schöner '.repeat(100_000)),
    eventWith(Array.from({ length: 50_000 }, (_, index) => ({ index, deep: [[[index]]] }))),
    eventWith('short'),
  ];
  expect(written(events, 2)).toBe(expected(events));
});

test('an event of an unknown type is written as it was read', () => {
  const raw = { seq: 1, at: 2.5, type: 'span.linked', to: ['a', { b: null }] };
  const event = { seq: 1, at: 2.5, type: 'unknown:span.linked', raw } as TraceEvent;
  expect(written([event])).toBe(`${JSON.stringify(raw)}\n`);
});

test('an event that cannot be serialized leaves no bytes behind', () => {
  const lines = new JsonlBuffer();
  lines.add(eventWith('before'));
  const { length } = lines;
  expect(() => lines.add(eventWith({ inside: ['x', 1n] }))).toThrow('BigInt');
  expect(lines.length).toBe(length);
});
