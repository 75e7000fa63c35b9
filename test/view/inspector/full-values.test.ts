import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { noRedactor } from '../../../src/trace/redact/redact.js';
import { BlobFile } from '../../../src/trace/blobs/blob-writer.js';
import { openBlobs } from '../../../src/trace/blobs/blob-reader.js';
import {
  NO_BLOBS,
  createMemoryBlobs,
  type BlobWriter,
  type BlobStore,
} from '../../../src/trace/blobs/blob-store.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const rows = Array.from({ length: 300 }, (_, id) => ({ id, note: `row ${id}` }));
const text = Array.from({ length: 2000 }, (_, i) => `line ${i}`).join('\n');

/** Two nodes; the second changes a small part of large values. */
function eventsOf({ storeBlob: keep }: BlobWriter) {
  const capture = createCapture({ level: 'full', redactor: noRedactor, storeBlob: keep });
  const set = (name: string, value: unknown) => ({ [`/${name}`]: capture(value) });
  return buildTrace(
    (t) =>
      t.stage('workflow', () => {
        t.node('first', {}, () => void t.set({ ...set('rows', rows), ...set('text', text) }));
        const changed = rows.map((row) => (row.id === 200 ? { ...row, note: 'changed' } : row));
        t.node('second', {}, () => {
          t.set({ ...set('rows', changed), ...set('text', text.replace('line 1000', 'line one')) });
          t.llm({ ms: 1, input: 1, output: 1, prompt: capture(`${text}\nWhat is this?`) });
        });
      }),
    { flags: { simulated: false, capture: 'full', redact: true } },
  );
}

function screen(values: BlobStore & BlobWriter = createMemoryBlobs()): TestScreen {
  return new TestScreen(eventsOf(values), { values, rows: 2100 });
}

/** The tab of the first or the second node. */
const open = (at: TestScreen, node: 1 | 2, tab: string) =>
  at.press(...(node === 1 ? ['j'] : ['G']), 'enter', tab);

test('a truncated value expands to its full value when the blob store has it', () => {
  const at = open(screen(), 1, '3');
  expect(at.line('rows:')).toContain('[…] 300 items');
  expect(at.line('text:')).toContain('18,889 characters');
  at.press('enter');
  expect(at.line('199:')).toContain('{');
  expect(at.lines().filter((line) => /^ +▸ \d+: \{…\} 2 keys/.test(line))).toHaveLength(300);
  expect(open(screen(), 1, '3').press('G', 'enter').line('line 1000')).toContain('line 1000');
});

test('a truncated value without a full value is marked as not kept', () => {
  const events = eventsOf(createMemoryBlobs());
  const at = open(new TestScreen(events, { values: NO_BLOBS, rows: 400 }), 1, '3');
  expect(at.line('rows:')).toMatch(
    /cut of 300 items sha256 [0-9a-f]{8}, not kept \(--capture full keeps it\)/,
  );
  expect(at.press('enter').line('… 130 more')).toMatch(/^ +… 130 more$/);
});

test('copying a truncated value without its full value adds a notice of the missing amount and of --capture full', () => {
  const events = eventsOf(createMemoryBlobs());
  const at = open(new TestScreen(events, { values: NO_BLOBS, rows: 400 }), 1, '3').press('y', 'y', 'y', 'j');
  expect(at.effects.map((effect) => (effect as { notice?: string }).notice)).toEqual([
    '130 entries are not in the trace (--capture full keeps it)',
    expect.stringMatching(/ characters and 130 entries are not in the trace \(--capture full keeps it\)$/),
  ]);
});

test('the diff compares full values, including the parts that an event does not contain', () => {
  const at = open(screen(), 2, '4');
  expect(at.lines().join('\n')).toMatch(/2 changed/);
  expect(at.line('"row 200"')).toMatch(/-\s+note/);
  expect(at.line('"changed"')).toMatch(/\+\s+note/);
  expect(at.lines().join('\n')).toContain('line one');
});

test('yank copies the full value of a truncated one', () => {
  const at = open(screen(), 1, '3').press('y', 'y', 'y', 'j');
  const [value, snapshot] = at.effects.map((effect) => JSON.parse((effect as { text: string }).text));
  expect(value).toEqual(rows);
  expect(snapshot).toEqual({ rows, text });
});

test('the Prompt tab shows the full value of a long prompt', () => {
  const at = open(screen(), 2, '5');
  expect(at.lines().join('\n')).toContain('line 200');
});

test('a run replayed from its trace and value files renders the same frames as the live run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-wholes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'x.values.jsonl');
  const file = new BlobFile(path, (why) => expect(why).toBe(''));
  const events = eventsOf({ storeBlob: (whole) => file.storeBlob(whole) });
  file.close();
  const replayed = new TestScreen(JSON.parse(JSON.stringify(events)) as typeof events, {
    values: openBlobs(path),
    rows: 2100,
  });
  const live = screen();
  for (const at of [live, replayed]) open(at, 2, '3').press('E');
  expect(replayed.lines()).toEqual(live.lines());
  for (const at of [live, replayed]) at.press('4');
  expect(replayed.lines()).toEqual(live.lines());
});
