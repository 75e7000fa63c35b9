/** The fuzz target for traces: a mutated file is read, reduced, rendered in every view, exported, restored and rerun. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toChromeTrace } from '../../src/export/chrome-trace.js';
import { diffRuns } from '../../src/insights/compare/compare-runs.js';
import { toFolded } from '../../src/export/folded.js';
import { toMarkdown } from '../../src/export/markdown-report.js';
import { toOtlp } from '../../src/export/otlp/otlp.js';
import { toSpeedscope } from '../../src/export/speedscope.js';
import { spokenSummary } from '../../src/export/spoken.js';
import { lineFor, textSummary } from '../../src/export/text-summary.js';
import { PflowError } from '../../src/lib/error.js';
import { summarize } from '../../src/metrics/summary.js';
import { createHistory } from '../../src/profile/store/store-history.js';
import { indexStores } from '../../src/profile/store/snapshot.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import { planRerun } from '../../src/session/resume/resume-run.js';
import { openBlobs } from '../../src/trace/blobs/blob-reader.js';
import { fullValueDeep } from '../../src/trace/blobs/blob-store.js';
import { BlobCheck } from '../../src/trace/blobs/check-blobs.js';
import { restoreValue } from '../../src/trace/blobs/restore.js';
import type { Captured } from '../../src/trace/event/captured.js';
import { IndexedTrace } from '../../src/trace/indexed/indexed-trace.js';
import { readTraceInPieces } from '../../src/trace/read/read-trace.js';
import { TraceInput } from '../../src/trace/read/trace-input.js';
import { serializeEvent } from '../../src/trace/write/jsonl.js';
import { press } from '../../src/view/app/press.js';
import { view } from '../../src/view/app/view.js';
import { lineWidth } from '../../src/view/base/frame.js';
import { listRows } from '../../src/view/tree/rows.js';
import { initialUi, metrics, tabs, type UiState } from '../../src/view/state/ui-state.js';
import { initialViews, views } from '../../src/view/state/view-state.js';
import { testPrices } from '../support/prices.js';
import { fixtureNames } from '../support/trace-builder.js';
import { mutateBytes, mutateJson, mutateText, NO_HASH, type Random } from './random.js';

const sizes = [
  [120, 40],
  [80, 24],
  [41, 10],
  [12, 4],
] as const;

/** Keys that open, move, search, zoom, sort, collapse and time-travel. */
const keys =
  'j k g G enter esc tab 1 2 3 4 5 6 7 8 9 0 / n N o e E c v V m s [ ] { } < > + - = h l left right up down space . , p r t f z Z w y ? ctrl+d ctrl+u pageup pagedown'.split(
    ' ',
  );

const fixtures = fixtureNames.map((name) =>
  readFileSync(join(import.meta.dirname, '../fixtures/traces', `${name}.jsonl`), 'utf8'),
);

/** A damaged trace as bytes. */
export function makeTrace(random: Random): Buffer {
  const lines = random.pick(fixtures).split('\n').filter(Boolean);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(lines.length);
    const what = random.below(8);
    const line = lines[at] ?? '';
    if (what < 5) lines[at] = mutateLine(line, random);
    else if (what === 5) lines.splice(at, 1);
    else if (what === 6) lines.splice(random.below(lines.length), 0, line);
    else lines[at] = mutateText(line, random);
  }
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return random.chance(8) ? mutateBytes(bytes, random) : bytes;
}

function mutateLine(line: string, random: Random): string {
  try {
    return JSON.stringify(mutateJson(JSON.parse(line), random)) ?? '';
  } catch {
    return mutateText(line, random);
  }
}

/** A full value with a valid hash, whatever its content, and its line in a blob file. */
function makeBlob(random: Random): { sha256: string; line: string } {
  const value = JSON.stringify(
    mutateJson(
      { a: [1, { b: 'text' }], c: { $: 'cut-list', head: [], tail: [], size: 3, sha256: NO_HASH } },
      random,
    ),
  );
  const sha256 = createHash('sha256').update(value).digest('hex');
  return { sha256, line: `{"sha256":"${sha256}","value":${value}}\n` };
}

/** Uses a trace in every way the program does. Returns the problems of the frames; rethrows the program's exceptions. */
export async function useTrace(bytes: Buffer, folder: string, random: Random): Promise<string[]> {
  const path = join(folder, 'trace.jsonl');
  const { sha256, line } = makeBlob(random);
  writeFileSync(path, Buffer.from(bytes.toString('latin1').replaceAll(NO_HASH, sha256), 'latin1'));
  writeFileSync(join(folder, 'trace.values.jsonl'), random.chance(5) ? mutateText(line, random) : line);
  const input = new TraceInput(path);
  try {
    const values = openBlobs(join(folder, 'trace.values.jsonl'));
    const indexed = new IndexedTrace(input);
    const history = createHistory({ prices: testPrices, values, memory: { add: () => {}, at: indexed.at } });
    const check = new BlobCheck(join(folder, 'trace.values.jsonl'), { isComplete: true });
    const warnings: string[] = [];
    const options = {
      mapEvent: indexed.addEvent,
      onWarning: ({ message }: { message: string }) => void warnings.push(message),
    };
    for await (const events of readTraceInPieces(input, options)) {
      for (const event of events) {
        history.apply(event);
        check.addReferences('event', event as unknown as Captured);
        serializeEvent(event);
      }
    }
    indexStores(history.state);
    check.findProblems();
    exportAll(history.state);
    return draw(history.state, history, random);
  } finally {
    input.close();
  }
}

function exportAll(state: RunState): void {
  for (const make of [toOtlp, toSpeedscope, toChromeTrace]) JSON.stringify(make(state));
  for (const make of [toMarkdown, spokenSummary, textSummary]) make(state);
  for (const weight of ['time', 'cost'] as const) toFolded(state, weight);
  for (const span of state.spans.values()) lineFor(state, span, { columns: 60, now: state.lastAt });
  diffRuns(state, state);
  const outputs = state.finished?.outputs ?? {};
  JSON.stringify(summarize(state, { result: fullValueDeep(outputs, state.values), tracePath: undefined }));
  restoreValue(outputs as Captured, state.values);
  orPflowError(() => planRerun(state));
  for (const span of state.spans.values())
    if (span.kind === 'node') orPflowError(() => planRerun(state, { from: span.name }));
}

/** A PflowError is a correct result. */
function orPflowError(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
  }
}

function draw(
  run: RunState,
  timeline: NonNullable<Parameters<typeof view>[2]['timeline']>,
  random: Random,
): string[] {
  const problems: string[] = [];
  const look = {
    glyphs: random.pick(['unicode', 'ascii'] as const),
    reducedMotion: true,
    live: random.chance(2),
  };
  const base = initialUi(look);
  const opened: UiState = { ...base, follow: false, folds: { all: 'open', toggled: new Set() } };
  const show = (ui: UiState) => {
    for (const [columns, rows] of sizes) {
      const { lines } = view(run, ui, { now: run.lastAt, columns, rows, timeline });
      if (lines.length !== rows) problems.push(`${lines.length} lines of ${rows}`);
      for (const line of lines) {
        if (lineWidth(line) > columns)
          problems.push(`a line of ${lineWidth(line)} cells at ${columns} columns`);
        // oxlint-disable-next-line no-control-regex
        if (
          line.some(({ text }) =>
            /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(text),
          )
        )
          problems.push(`a control character at ${columns}×${rows}`);
      }
    }
  };
  for (const shown of views)
    show({ ...opened, metric: random.pick(metrics), views: { ...initialViews, shown } });
  const rows = listRows(run, opened);
  for (const tab of tabs) {
    const row = rows[random.below(rows.length)];
    if (row) show({ ...opened, selected: row.key, screens: ['tree', 'inspector'], tab });
  }
  let ui = base;
  const viewport = { now: run.lastAt, columns: 100, rows: 30, timeline };
  for (let i = 0; i < 25; i++) {
    const name = random.pick(keys);
    ui = press(ui, { name, text: [...name].length === 1 ? name : '' }, run, viewport).ui;
    if (i % 5 === 4) show(ui);
  }
  return problems;
}
