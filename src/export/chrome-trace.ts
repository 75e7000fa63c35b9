/** Exports the Trace Event Format. */

import { pflowVersion } from '../lib/version.js';
import type { Call, RunState, Span } from '../profile/run/run-state.js';
import { spanName } from './span-name.js';
import { tracksOf, type Placed } from './tracks.js';
import { withoutNoise } from './without-noise.js';

type Args = Readonly<Record<string, string | number>>;

type ChromeEvent = Readonly<{ name: string; pid: number }> &
  (
    | Readonly<{ ph: 'M'; tid: number; args: Args }>
    | Readonly<{ ph: 'X'; cat: string; tid: number; ts: number; dur: number; args: Args }>
    | Readonly<{ ph: 'C'; ts: number; args: Args }>
    | Readonly<{ ph: 'i'; s: 'p'; ts: number; tid: number; args: Args }>
  );

/** A file in the Trace Event Format, for Perfetto, chrome://tracing and speedscope. */
export type ChromeTrace = Readonly<{
  traceEvents: readonly ChromeEvent[];
  displayTimeUnit: 'ms';
  otherData: Readonly<Record<string, string>>;
}>;

const PID = 1;
/** The category of frames that only show where a span belongs. */
const CONTEXT = 'context';

/**
 * Exports a run: one thread per track, so that events nest as Perfetto requires; counters of tokens and cost; instant
 * events for controls. Times are in µs, rounded to ns.
 */
export function toChromeTrace(state: RunState): ChromeTrace {
  const { started } = state;
  const tracks = tracksOf(state);
  return {
    traceEvents: [
      { name: 'process_name', ph: 'M', pid: PID, tid: 0, args: { name: `pflow: ${started?.name ?? 'run'}` } },
      ...tracks.flatMap(({ name }, tid): ChromeEvent[] => [
        { name: 'thread_name', ph: 'M', pid: PID, tid, args: { name } },
        { name: 'thread_sort_index', ph: 'M', pid: PID, tid, args: { sort_index: tid } },
      ]),
      ...tracks.flatMap(({ spans }, tid) => completeEvents(spans, tid)),
      ...counters(state),
      ...marks(state),
    ],
    displayTimeUnit: 'ms',
    otherData: {
      exporter: `pflow@${pflowVersion()}`,
      ...(started ? { run: started.run, startedAt: started.startedAt } : {}),
      ...(started?.flags.simulated ? { simulated: 'true' } : {}),
    },
  };
}

function completeEvents(placed: readonly Placed[], tid: number): ChromeEvent[] {
  const events: ChromeEvent[] = [];
  const walk = ({ span, from, to, inside, under }: Placed): void => {
    const ts = nanoseconds(from);
    const dur = nanoseconds(to) - ts;
    const place = { ph: 'X', pid: PID, tid, ts: ts / 1000, dur: dur / 1000 } as const;
    // The frame around a span on another track has no figures: they would count twice.
    if (under) events.push({ name: spanName(under), cat: CONTEXT, ...place, args: {} });
    events.push({ name: spanName(span), cat: span.kind, ...place, args: argsOf(span) });
    for (const each of inside) walk(each);
  };
  for (const each of placed) walk(each);
  return events;
}

function argsOf({ nodeType, status, visit, index, action, error, call, totals }: Span): Args {
  return {
    status,
    ...(nodeType === undefined ? {} : { nodeType }),
    ...(visit > 1 ? { visit } : {}),
    ...(index === undefined ? {} : { index }),
    ...(action === undefined ? {} : { action }),
    ...(error ? { error: error.message } : {}),
    ...(call ? { provider: call.provider, model: call.model ?? call.requestedModel } : {}),
    ...(totals.tokens > 0 ? { tokens: totals.tokens } : {}),
    ...(totals.priced ? { costUsd: withoutNoise(totals.usd) } : {}),
  };
}

/** Cumulative totals after each call. */
function counters(state: RunState): ChromeEvent[] {
  let input = 0;
  let output = 0;
  let usd = 0;
  return callsByEnd(state).flatMap(({ at, call }): ChromeEvent[] => {
    const ts = nanoseconds(at) / 1000;
    input += call.usage?.input ?? 0;
    output += call.usage?.output ?? call.progressTokens ?? 0;
    usd += call.cost?.usd ?? 0;
    return [
      { name: 'tokens', ph: 'C', pid: PID, ts, args: { input, output } },
      { name: 'cost', ph: 'C', pid: PID, ts, args: { usd: withoutNoise(usd) } },
    ];
  });
}

function callsByEnd(state: RunState): { at: number; call: Call }[] {
  return [...state.spans.values()]
    .flatMap(({ call, finishedAt }) =>
      call && call.sameAs === undefined ? [{ at: finishedAt ?? state.lastAt, call }] : [],
    )
    .toSorted((a, b) => a.at - b.at);
}

function marks({ controls }: RunState): ChromeEvent[] {
  return controls.map(({ change, at, reason }) => ({
    name: change,
    ph: 'i',
    s: 'p',
    pid: PID,
    tid: 0,
    ts: nanoseconds(at) / 1000,
    args: reason === undefined ? {} : { reason },
  }));
}

/** Rounded to integers: sums of fractions may differ in the last digit, and a span would then extend beyond its parent. */
function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}
