import { emitRun } from '../../src/importers/frame/emit-run.js';
import type { ForeignRecords } from '../../src/importers/files/foreign-record.js';
import { detectFormat } from '../../src/importers/importers.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import type { RunState, Span } from '../../src/profile/run/run-state.js';
import { createCapture } from '../../src/trace/capture/capture.js';
import type { KnownTraceEvent } from '../../src/trace/event/event.js';
import { traceEventSchema } from '../../src/trace/event/event.js';
import { createRedactor } from '../../src/trace/redact/redact.js';
import { testPrices } from '../support/prices.js';

/** The events of a file with these records, each checked against the schema. */
export async function convert(records: readonly unknown[]): Promise<KnownTraceEvent[]> {
  const format = detectFormat(records);
  if (!format) throw new Error('no format is recognised');
  const run = await format.read(recordsOf(records));
  const capture = createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) });
  const events = [...emitRun(run, { capture, level: 'preview', redact: true, version: '1.0.0' })];
  for (const event of events) traceEventSchema.parse(event);
  return events;
}

/** The state of the run of a file with these records. */
export async function importState(records: readonly unknown[]): Promise<RunState> {
  return reduceEvents(await convert(records), { prices: testPrices });
}

/** The spans as lines: depth by indentation, kind, name, tokens of a call, `=` for one that counts elsewhere. */
export function outline(state: RunState): string[] {
  const lines: string[] = [];
  const visit = (span: Span): void => {
    const tokens = !span.call
      ? ''
      : span.call.sameAs !== undefined
        ? ' ='
        : ` ${span.call.usage ? `${span.call.usage.input}+${span.call.usage.output}` : '?'}`;
    lines.push(
      `${'  '.repeat(span.depth)}${span.kind} ${span.name}${tokens}${span.status === 'ok' ? '' : ` ${span.status}`}`,
    );
    for (const child of span.children) visit(state.spans.get(child)!);
  };
  for (const root of state.roots) visit(state.spans.get(root)!);
  return lines;
}

/** All calls of a run in order of their start. */
export function callsOf(state: RunState): NonNullable<Span['call']>[] {
  return [...state.spans.values()].flatMap(({ call }) => call ?? []);
}

async function* recordsOf(values: readonly unknown[]): ForeignRecords & AsyncGenerator {
  for (const value of values) yield { value, reread: () => structuredClone(value) };
}
