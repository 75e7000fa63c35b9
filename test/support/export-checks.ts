import type { ChromeTrace } from '../../src/export/chrome-trace.js';
import type { AnyValue, OtlpSpan } from '../../src/otlp/otlp-json.js';
import type { SpeedscopeFile } from '../../src/export/speedscope.js';

/** Violations of the speedscope format: missing frames, events that are unbalanced or go back in time. */
export function speedscopeFaults({ shared: { frames }, profiles }: SpeedscopeFile): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const isFrame = (id: number) => Number.isInteger(id) && id >= 0 && id < frames.length;
  check(new Set(frames.map(({ name }) => name)).size === frames.length, 'a frame is there twice');
  for (const profile of profiles) {
    if (profile.type === 'sampled') {
      check(profile.samples.length === profile.weights.length, 'samples and weights differ in number');
      check(profile.samples.flat().every(isFrame), 'a sample has a frame that is not there');
      check(
        profile.samples.every((stack) => stack.length > 0),
        'a sample is empty',
      );
      check(
        profile.weights.every((weight) => weight > 0),
        'a weight is not positive',
      );
      continue;
    }
    const stack: number[] = [];
    let last = profile.startValue;
    for (const { type, at, frame } of profile.events) {
      check(isFrame(frame), `an event has a frame that is not there: ${frame}`);
      check(at >= last, `${at} comes after ${last}`);
      last = at;
      if (type === 'O') stack.push(frame);
      else check(stack.pop() === frame, 'a frame is closed that is not the innermost');
    }
    check(stack.length === 0, 'a frame is not closed');
    check(last <= profile.endValue, 'the profile ends before its last event');
  }
  return faults;
}

/** Violations of Perfetto's requirements on Chrome traces: overlapping events of a thread, unnamed threads, decreasing counters. */
export function chromeFaults({ traceEvents }: ChromeTrace): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const open = new Map<number, number[]>();
  const counters = new Map<string, number>();
  const named = new Set(
    traceEvents.flatMap((event) => (event.ph === 'M' && event.name === 'thread_name' ? [event.tid] : [])),
  );
  const rises = (series: string, value: number) => {
    check(value >= (counters.get(series) ?? 0), `${series} falls to ${value}`);
    counters.set(series, value);
  };
  for (const event of traceEvents) {
    if (event.ph === 'X') {
      // Integer nanoseconds, as in Perfetto.
      const begin = Math.round(event.ts * 1000);
      const end = begin + Math.round(event.dur * 1000);
      const ends = (open.get(event.tid) ?? []).filter(
        (each) => each > begin || (each === begin && end === begin),
      );
      check(named.has(event.tid), `thread ${event.tid} has no name`);
      check(event.dur >= 0, `${event.name} takes less than nothing`);
      check(
        ends.every((each) => end <= each),
        `${event.name} outlives what it is in`,
      );
      open.set(event.tid, [...ends, end]);
    } else if (event.ph === 'C') {
      rises(`the time of ${event.name}`, event.ts);
      for (const [series, value] of Object.entries(event.args))
        rises(`${event.name}/${series}`, Number(value));
    }
  }
  return faults;
}

/** Violations of OTLP's JSON format: ids that are duplicate or not hexadecimal, missing parents, values of a wrong type. */
export function otlpFaults(spans: readonly OtlpSpan[]): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  check(ids.size === spans.length, 'an id is there twice');
  check(new Set(spans.map(({ traceId }) => traceId)).size === 1, 'there is more than one trace');
  // The run itself may have a parent, where it was started within another trace.
  const [root, ...inside] = spans;
  check(root?.parentSpanId === undefined || !ids.has(root.parentSpanId), 'the run is not the root');
  for (const { parentSpanId = 'none' } of inside)
    check(ids.has(parentSpanId), `no span has the id ${parentSpanId}`);
  for (const span of spans) {
    const { traceId, spanId, kind, status, startTimeUnixNano, endTimeUnixNano, events } = span;
    check(/^(?!0+$)[0-9a-f]{32}$/.test(traceId), `trace id ${traceId}`);
    check(/^(?!0+$)[0-9a-f]{16}$/.test(spanId), `span id ${spanId}`);
    check(kind === 1 || kind === 3, `kind ${String(kind)}`);
    check(status.code === 0 || status.code === 2, `status ${String(status.code)}`);
    for (const time of [startTimeUnixNano, endTimeUnixNano, ...events.map((event) => event.timeUnixNano)])
      check(/^\d+$/.test(time), `time ${time}`);
    check(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano), `${span.name} ends before it starts`);
    const keys = span.attributes.map(({ key }) => key);
    check(new Set(keys).size === keys.length, `an attribute of ${span.name} is there twice`);
    for (const { key, value } of [...span.attributes, ...events.flatMap(({ attributes }) => attributes)])
      check(isTyped(value), `${key} is ${JSON.stringify(value)}`);
  }
  return faults;
}

function isTyped(value: AnyValue): boolean {
  const [[type, content] = [], ...more] = Object.entries(value) as [string, unknown][];
  if (more.length > 0) return false;
  switch (type) {
    case 'stringValue':
      return typeof content === 'string';
    case 'boolValue':
      return typeof content === 'boolean';
    case 'intValue':
      return typeof content === 'string' && /^-?\d+$/.test(content);
    case 'doubleValue':
      return Number.isFinite(content);
    case 'arrayValue':
      return (content as { values: AnyValue[] }).values.every(isTyped);
    default:
      return false;
  }
}
