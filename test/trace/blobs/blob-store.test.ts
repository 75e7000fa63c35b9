import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createCapture } from '../../../src/trace/capture/capture.js';
import type { Captured } from '../../../src/trace/event/captured.js';
import { jsonPieces } from '../../../src/trace/event/json-pieces.js';
import { createRedactor, noRedactor } from '../../../src/trace/redact/redact.js';
import { restoreValue } from '../../../src/trace/blobs/restore.js';
import { BlobFile, toBlobPath } from '../../../src/trace/blobs/blob-writer.js';
import { openBlobs } from '../../../src/trace/blobs/blob-reader.js';
import {
  fullValueDeep,
  findBlobHash,
  listBlobReferences,
  createMemoryBlobs,
} from '../../../src/trace/blobs/blob-store.js';

const root = mkdtempSync(join(tmpdir(), 'pflow-values-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let path: string;
beforeEach(() => {
  path = toBlobPath(join(mkdtempSync(join(root, 'case-')), 'trace-x.jsonl'));
});

const inline = createCapture({ level: 'full', redactor: noRedactor });
const preview = createCapture({ level: 'preview', redactor: noRedactor });

/** The captured form in the event, and the store of its full values. */
function apart(value: unknown, redactor = noRedactor) {
  const values = createMemoryBlobs();
  const captured = createCapture({ level: 'full', redactor, storeBlob: values.storeBlob })(value);
  return { captured, values };
}

/** Captures values to a blob file, to be read from it later. */
function filed(...captureds: unknown[]) {
  const warnings: string[] = [];
  const file = new BlobFile(path, (why) => warnings.push(why));
  const keep = (whole: Captured) => file.storeBlob(whole);
  const capture = createCapture({ level: 'full', redactor: noRedactor, storeBlob: keep });
  const captured = captureds.map((value) => capture(value));
  file.close();
  return { captured, warnings, values: openBlobs(path) };
}

const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withTypedArray: true,
});

/**
 * Values of which some are too long, too wide or too deep for an event. What is there hundreds of times is small: otherwise a
 * value within a value within a value would have more parts than even a full capture keeps.
 */
const large = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    anything,
    fc.integer({ min: 8000, max: 9000 }).map((size) => 'long '.repeat(size)),
    fc.integer({ min: 2500, max: 2600 }).map((digits) => 10n ** BigInt(digits * 4)),
    fc.tuple(anything, fc.integer({ min: 199, max: 220 })).map(([part, size]) => Array(size).fill(part)),
    tie('any').map((part) => wide((i) => (i === 7 ? part : i))),
    tie('any').map((part) => ({ ...wide((i) => i), $: part })),
    anything.map((part) => new Map(Object.entries(wide(() => part)))),
    tie('any').map((part) => new Map(Object.entries(wide((i) => (i === 7 ? part : i))))),
    tie('any').map((part) => new Set([...Array(250).keys(), part])),
    tie('any').map((part) => chain(20, part)),
    tie('any').map((part) =>
      Object.assign(
        new Error('no', { cause: part }),
        wide(() => 1),
        { stack: 'x' },
      ),
    ),
  ),
})).any;

test('an event with its blobs equals an event with all values inline', () => {
  fc.assert(
    fc.property(large, (value) => {
      const { captured, values } = apart(value);
      expect(fullValueDeep(captured, values)).toEqual(inline(value));
    }),
    { numRuns: 40 },
  );
});

test('an event of a full capture contains the same preview as one of a default capture', () => {
  fc.assert(
    fc.property(large, (value) => {
      expect(withoutHashes(apart(value).captured)).toEqual(withoutHashes(preview(value)));
    }),
    { numRuns: 40 },
  );
});

test('every reference resolves to a blob with that hash, also inside blobs', () => {
  fc.assert(
    fc.property(large, (value) => {
      const { captured, values } = apart(value);
      const open = [captured];
      const seen = new Set<string>();
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        for (const sha256 of listBlobReferences(next)) {
          if (seen.has(sha256)) continue;
          seen.add(sha256);
          const whole = values.lookup(sha256)!;
          expect(createHash('sha256').update(JSON.stringify(whole)).digest('hex')).toBe(sha256);
          open.push(whole);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('a value is restored from its event and the blob file unchanged', () => {
  const value = {
    text: 'x'.repeat(50_000),
    rows: Array.from({ length: 1000 }, (_, id) => ({ id, note: 'n'.repeat(id === 500 ? 10_000 : 3) })),
    map: new Map(Array.from({ length: 300 }, (_, i) => [i, new Set([i])])),
    deep: chain(100, 'end'),
    number: 7n ** 20_000n,
  };
  const { captured, values } = filed(value);
  const event = JSON.parse(JSON.stringify(captured[0])) as Captured;
  expect(restoreValue(event, values)).toEqual({ value, lost: [] });
  expect(restoreValue(event).lost).not.toEqual([]);
});

test('a cycle through a part stored as a blob is restored as a cycle', () => {
  const list: unknown[] = Array.from({ length: 300 }, (_, i) => i);
  const value = { list };
  list.push({ value, list });
  const { captured, values } = apart(value);
  const again = restoreValue(captured, values).value as typeof value;
  const last = again.list.at(-1) as { value: unknown; list: unknown };
  expect(last.value).toBe(again);
  expect(last.list).toBe(again.list);
});

test('the JSON of a value serialized in chunks equals its JSON', () => {
  const parts = fc.oneof(large, fc.constant('👋'.repeat(100_000)), fc.constant('a\n\ud83d"'.repeat(50_000)));
  fc.assert(
    fc.property(parts, (value) => {
      const captured = inline(value);
      const pieces: string[] = [];
      jsonPieces(captured, (piece) => pieces.push(piece));
      expect(pieces.join('')).toBe(JSON.stringify(captured));
    }),
    { numRuns: 40 },
  );
});

test('equal values are stored once, and only truncated values are stored', () => {
  const text = 'same '.repeat(5000);
  filed('short', text, { a: [text] }, `${text}.`, [1, 2, 3]);
  expect(lines()).toEqual([text, `${text}.`].map((value) => lineOf(value)));
});

test('a grown list is stored again, but not the long texts in it', () => {
  const rows = Array.from({ length: 300 }, (_, i) => `${i} `.repeat(5000));
  filed(rows, [...rows, 'one more '.repeat(2000)]);
  expect(lines()).toHaveLength(300 + 1 + 1 + 1);
  expect(statSync(path).size).toBeLessThan(rows.join('').length * 1.2);
});

test('a blob file exists only if a value is truncated, and only its owner can read it', () => {
  filed('short', [1]);
  expect(existsSync(path)).toBe(false);
  filed('x'.repeat(10_000));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a secret is masked in blobs and in what is hashed', () => {
  const redactor = createRedactor({ env: { API_TOKEN: 'hunter2-hunter2' } });
  const [one, other] = ['hunter2-hunter2', 'swordfish-sword'].map((password) =>
    apart({ rows: Array.from({ length: 300 }, (_, i) => ({ i, password })) }, redactor),
  );
  expect(one!.captured).toEqual(other!.captured);
  expect(JSON.stringify(fullValueDeep(one!.captured, one!.values))).not.toContain('hunter2');
  const text = apart(`${'x'.repeat(20_000)} hunter2-hunter2`, redactor);
  expect(JSON.stringify(fullValueDeep(text.captured, text.values))).toContain('[secret:env:API_TOKEN]');
});

test('the valid values of a torn or corrupt blob file are available, and those of a missing file are not', () => {
  const [first, second] = ['a'.repeat(10_000), 'b'.repeat(10_000)];
  const { captured } = filed(first, second);
  const [one, two] = captured.map((each) => findBlobHash(each)!);
  expect(openBlobs(`${path}.gone`).lookup(one!)).toBeUndefined();
  const bytes = readFileSync(path, 'utf8');
  writeFileSync(path, bytes.slice(0, -2));
  expect(openBlobs(path).lookup(one!)).toBe(first);
  expect(openBlobs(path).has(two!)).toBe(false);
  writeFileSync(path, `no value\n\n{"sha256":\n${bytes.replace('bbb', 'bcb')}`);
  expect(openBlobs(path).lookup(one!)).toBe(first);
  expect(openBlobs(path).lookup(two!)).toBeUndefined();
});

test('a blob file is followed while it is being written', () => {
  const text = 'later '.repeat(3000);
  const values = openBlobs(path);
  const sha256 = findBlobHash(apart(text).captured)!;
  expect(values.has(sha256)).toBe(false);
  const line = `${lineOf(text)}\n`;
  appendFileSync(path, line.slice(0, 500));
  expect(values.has(sha256)).toBe(false);
  appendFileSync(path, line.slice(500));
  expect(values.lookup(sha256)).toBe(text);
});

test('a blob file that cannot be written causes one warning', () => {
  path = join(root, 'no', 'folder', 'x.values.jsonl');
  const { captured, warnings } = filed('x'.repeat(100_000), 'y'.repeat(100_000), 'z'.repeat(10_000));
  expect(captured).toMatchObject([{ $: 'cut-text' }, { $: 'cut-text' }, { $: 'cut-text' }]);
  expect(warnings).toEqual([expect.stringContaining('ENOENT')]);
});

test.each<[string, () => unknown]>([
  ['references that unfold to 2 to the 60th', () => twins(60)],
  ['a chain of a million links', () => chain(1_000_000, 'end')],
  ['a list with a billion holes', () => Object.assign([], { length: 1_000_000_000 })],
])('%s is stored in bounded time and size', (_name, make) => {
  const { captured, values } = apart(make());
  expect(JSON.stringify(captured).length).toBeLessThan(8_000_000);
  for (const sha256 of listBlobReferences(captured)) expect(values.has(sha256)).toBe(true);
});

function lineOf(value: Captured): string {
  const sha256 = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return JSON.stringify({ sha256, value });
}

function wide(part: (i: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, part(i)]));
}

function chain(length: number, end: unknown): unknown {
  let next = end;
  for (let i = 0; i < length; i++) next = { next };
  return next;
}

function twins(levels: number): unknown {
  let part: unknown = 1;
  for (let i = 0; i < levels; i++) part = [part, part];
  return part;
}

function withoutHashes(value: Captured): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (key === 'sha256' ? 'a hash' : part)),
  ) as unknown;
}
