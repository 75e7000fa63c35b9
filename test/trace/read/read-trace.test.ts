import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import { TraceFile } from '../../../src/trace/write/trace-file.js';
import { serializeEvent } from '../../../src/trace/write/jsonl.js';
import { readTrace, readTraceInPieces } from '../../../src/trace/read/read-trace.js';
import { buildTrace } from '../../support/trace-builder.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = buildTrace((t) =>
  t.stage('workflow', () => t.node('a', { nodeType: 'echo' }, () => t.set({ '/a/b': 1 }))),
).map(serializeEvent);
const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'traces');

let files = 0;
function fileOf(content: string | Buffer): string {
  const path = join(folder, `trace-${files++}.jsonl`);
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<{ events: TraceEvent[]; warnings: string[] }> {
  const events: TraceEvent[] = [];
  const warnings: string[] = [];
  const onWarning = ({ line, message }: { line: number; message: string }) =>
    warnings.push(`line ${line}: ${message}`);
  for await (const event of readTrace(path, { onWarning })) events.push(event);
  return { events, warnings };
}

test('a torn last line is reported and skipped', async () => {
  const { events, warnings } = await read(fileOf(`${lines.join('\n')}\n{"seq":99,"at":1,"type":"log.wri`));
  expect(events).toHaveLength(lines.length);
  expect(warnings).toEqual([
    `line ${lines.length + 1}: the last line is torn and was skipped: its writer was stopped in the middle of it`,
  ]);
});

test('a last line without a newline is read', async () => {
  const { events, warnings } = await read(fileOf(lines.join('\n')));
  expect(events.at(-1)).toMatchObject({ type: 'run.finished' });
  expect(warnings).toEqual([]);
});

test('an invalid line in the middle is reported and skipped', async () => {
  const bad = [
    lines[0],
    'not json at all',
    '[]',
    '{"seq":1,"at":2}',
    '',
    '{"seq":1,"at":2,"type":"span.finished","span":"x"}',
    ...lines.slice(1),
  ];
  const { events, warnings } = await read(fileOf(`${bad.join('\n')}\n`));
  expect(events).toHaveLength(lines.length);
  expect(warnings).toEqual([
    'line 2: not a trace event: "not json at all"',
    'line 3: not a trace event: "[]"',
    'line 4: not a trace event: "{\\"seq\\":1,\\"at\\":2}"',
    'line 6: not a trace event: "{\\"seq\\":1,\\"at\\":2,\\"type\\":\\"span.finished\\",\\"span\\":\\"x\\"}"',
  ]);
});

test.each([
  ['', 'is not a pflow trace: it is empty.'],
  ['{"seq":0,"at', 'is not a pflow trace: it has no complete line.'],
  ['hello\nworld\n', 'is not a pflow trace: its first line is not a run.started event.'],
  [`${lines[1]}\n`, 'is not a pflow trace: its first line is not a run.started event.'],
  [
    `{"type":"run.started","format":"other"}\n`,
    'is not a pflow trace: its first line is not a run.started event.',
  ],
  [
    `${lines[0]!.replace('"version":2', '"version":3')}\n`,
    'was written by a newer pflow: its format is version 3; this pflow supports up to 2.',
  ],
])('%j is rejected with the reason', async (content, reason) => {
  const path = fileOf(content);
  await expect(read(path)).rejects.toMatchObject({ code: 'invalid_trace', message: `${path} ${reason}` });
});

test('a missing file and a folder have different errors', async () => {
  await expect(read(join(folder, 'none.jsonl'))).rejects.toMatchObject({
    code: 'not_found',
    message: `Cannot read the trace ${join(folder, 'none.jsonl')}: there is no such file.`,
  });
  await expect(read(folder)).rejects.toMatchObject({
    code: 'invalid_trace',
    message: `Cannot read the trace ${folder}: it is a directory.`,
  });
});

test('events and fields of a newer writer are kept and serialized unchanged', async () => {
  const newer = [
    lines[0]!.replace('{', '{"shard":{"of":3},').replace('"flags":{', '"flags":{"colour":"red",'),
    '{"type":"gpu.sampled","watts":[1.5,{"deep":null}],"seq":1,"at":2.25}',
    '{"seq":2,"at":3,"type":"span.started","span":1,"kind":"node","name":"a","gpu":true}',
  ];
  const { events, warnings } = await read(fileOf(`${newer.join('\n')}\n`));
  expect(warnings).toEqual([]);
  expect(events[1]).toMatchObject({
    seq: 1,
    at: 2.25,
    type: 'unknown:gpu.sampled',
    raw: { watts: [1.5, { deep: null }] },
  });
  expect(events.map(serializeEvent)).toEqual(newer);
});

/** Other programs write bidirectional, zero-width and line-separator characters as they are; pflow writes their escapes. */
function escapeInvisible(jsonl: string): string {
  return jsonl.replace(
    /[\u200b-\u200f\u2028-\u202e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

test.each(readdirSync(fixtures).filter((name) => name.endsWith('.jsonl')))(
  'reading and writing %s gives the same bytes',
  async (name) => {
    const original = readFileSync(join(fixtures, name), 'utf8');
    const { events } = await read(join(fixtures, name));
    const copy = new TraceFile(folder, `copy-${name}`, (message) => expect.unreachable(message));
    for (const event of events) copy.write(event);
    copy.close();
    expect(readFileSync(copy.path, 'utf8')).toBe(
      escapeInvisible(original.slice(0, original.lastIndexOf('\n') + 1)),
    );
  },
);

test('numeric keys, __proto__ and lone surrogates are serialized to the same bytes', async () => {
  const odd = `{"seq":1,"at":1,"type":"store.changed","span":1,"set":{"7":1,"/__proto__":"\\ud800","__proto__":{"a":[]},"/ü":"\\u2028"}}`;
  const path = fileOf(`${lines[0]}\n${JSON.stringify(JSON.parse(odd))}\n`);
  const { events, warnings } = await read(path);
  expect(warnings).toEqual([]);
  expect(`${events.map(serializeEvent).join('\n')}\n`).toBe(escapeInvisible(readFileSync(path, 'utf8')));
});

test('a large trace is read in chunks, with progress in bytes', async () => {
  const text = '€uro '.repeat(1000);
  const many = Array.from({ length: 1000 }, (_, i) =>
    JSON.stringify({ seq: i + 1, at: i, type: 'log.written', span: 1, stream: 'stdout', text }),
  );
  const path = fileOf(`${[lines[0], ...many].join('\n')}\n`);
  const progress: number[] = [];
  const sizes: number[] = [];
  for await (const piece of readTraceInPieces(path, { onProgress: (bytes) => progress.push(bytes) })) {
    sizes.push(piece.length);
    expect(piece.every((event) => event.type !== 'log.written' || event.text === text)).toBe(true);
  }
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1001);
  expect(sizes.length).toBeGreaterThan(3);
  expect(progress.at(-1)).toBe(readFileSync(path).length);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

test('names and messages above the limits are truncated and reported in every kind of event', async () => {
  const long = 'é漢'.repeat(100_000);
  const events = buildTrace(
    (t) => {
      t.stage('workflow', () => {
        t.plan([{ id: long, type: long, purpose: long }]);
        t.node(long, { fails: { name: long, message: long, hint: long, stack: long } }, () =>
          t.llm({ model: long, provider: long, prompt: long, text: long, input: 1, output: 1 }),
        );
      });
    },
    { name: long, request: long, model: { provider: long, model: long, reason: long } },
  );
  const { events: found, warnings } = await read(fileOf(events.map(serializeEvent).join('\n')));
  expect(found).toHaveLength(events.length);
  expect(warnings).toContain('line 1: its name has 200,000 characters and is shown truncated');
  const values = new Set(['prompt', 'text', 'ir', 'params']);
  const tooLong = found.filter((event) =>
    Object.entries(event).some(([key, value]) => !values.has(key) && JSON.stringify(value).length > 250_000),
  );
  expect(tooLong.map(({ type }) => type)).toEqual([]);
});

test('an event within the limits is the parsed line itself', async () => {
  const { events, warnings } = await read(fileOf(lines.join('\n')));
  expect([events.map(serializeEvent), warnings]).toEqual([lines, []]);
});
