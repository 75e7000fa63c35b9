/** Reads or follows a trace file into a profile, in slices, with search. */
import { setImmediate } from 'node:timers/promises';
import { loadPrices } from '../../pricing/table/load-prices.js';
import type { TraceEvent } from '../../trace/event/event.js';
import { followTrace } from '../../trace/read/follow-trace.js';
import type { TraceWarning } from '../../trace/read/parse-events.js';
import { readTraceInPieces } from '../../trace/read/read-trace.js';
import { TraceInput } from '../../trace/read/trace-input.js';
import { IndexedTrace } from '../../trace/indexed/indexed-trace.js';
import { openLiveFile, toLivePath } from '../../trace/live/live-file.js';
import { toBlobPath } from '../../trace/blobs/blob-writer.js';
import { openBlobs } from '../../trace/blobs/blob-reader.js';
import { openInput } from './open-input.js';
import { createLiveProfile, type LiveProfile } from '../progress/live-profile.js';

/** How reading a trace finished: `in-progress` if another process was still writing it when it was closed. */
export type ReadEnd = 'finished' | 'unfinished' | 'in-progress' | 'aborted';

/** A trace that is being read into a profile. */
export type OpenTrace = LiveProfile &
  Readonly<{
    /** Milliseconds since the run began; for a run that is being written it advances between events. */
    now(): number;
    /** The fraction of the file that has been read, 0 to 1; undefined when finished, and for a followed file. */
    reading(): number | undefined;
    /** Whether the process that wrote a followed file has exited without finishing the run. */
    writerGone(): boolean;
    /** Searches the file for a text in lower case. Subscribers are notified of progress. */
    search(wanted: string): void;
    /** The fraction of the file that has been searched, 0 to 1; undefined when finished. */
    searching(): number | undefined;
    /** The text of calls in progress, of a followed file. */
    texts?: ReturnType<typeof openLiveFile>;
    /** Warnings about lines that were skipped. */
    notes: readonly string[];
    /** Resolves when the file has been read to its end, or after `close`. */
    done: Promise<ReadEnd>;
    close(): void;
  }>;

export type OpenTraceOptions = Readonly<{
  /** Whether another process is still writing it. */
  follow: boolean;
  /** Called with events after they were applied to the profile. */
  onEvents?: (events: readonly TraceEvent[], profile: LiveProfile) => void;
}>;

/** Opens a trace file, in any format, and keeps reading it. Throws a PflowError if it does not begin like a trace. */
export async function openTrace(path: string, { follow, onEvents }: OpenTraceOptions): Promise<OpenTrace> {
  // Stays open until the process exits: the screen and the summary read values from it at any time.
  const {
    input,
    blobPath,
    notes: skipped,
  } = follow ? { input: new TraceInput(path), blobPath: toBlobPath(path), notes: [] } : await openInput(path);
  const recall = new IndexedTrace(input);
  const memory = { add: () => {}, at: recall.at };
  const values = openBlobs(blobPath);
  const profile = createLiveProfile({ prices: loadPrices().prices, values, memory });
  const closing = new AbortController();
  const { signal } = closing;
  const notes: string[] = [...skipped];
  const onWarning = ({ line, message }: TraceWarning) => void notes.push(`${path}:${line}: ${message}`);
  const size = input.stat().size;
  let read = 0;
  let isRead = follow;
  let isWritten = follow;
  let wanted = '';
  let isSearching = false;
  const pieces = follow
    ? inPieces(
        followTrace(input, {
          signal,
          onWarning,
          mapEvent: recall.addEvent,
          onWriterGone: () => void (isWritten = false),
        }),
      )
    : readTraceInPieces(input, {
        onWarning,
        mapEvent: recall.addEvent,
        onProgress: (bytes) => void (read = bytes),
      });

  const first = await pieces.next();
  await take(first.value ?? []);
  const done = readRest();
  // A failure is reported to the code that awaits `done`; until then it must not count as an unhandled rejection.
  done.catch(() => {});
  return {
    ...profile,
    subscribe: follow ? profile.subscribe : subscribeInSteps,
    now() {
      const { lastAt, started } = profile.state();
      return isWritten && started ? Math.max(lastAt, Date.now() - Date.parse(started.startedAt)) : lastAt;
    },
    reading: () => (isRead ? undefined : Math.min(1, read / size)),
    writerGone: () => follow && !isWritten,
    search,
    searching: () => (isSearching ? recall.search.progress : undefined),
    ...(follow ? { texts: openLiveFile(toLivePath(path)) } : {}),
    notes,
    done,
    close: () => closing.abort(),
  };

  async function readRest(): Promise<ReadEnd> {
    for await (const events of pieces) {
      if (signal.aborted) break;
      await take(events);
    }
    if (signal.aborted && !follow) return 'aborted';
    isRead = true;
    profile.apply([]);
    if (profile.state().finished) return 'finished';
    return isWritten ? 'in-progress' : 'unfinished';
  }

  /** Applies events in slices, yielding to the event loop so that the screen stays responsive. */
  async function take(events: readonly TraceEvent[]): Promise<void> {
    for (let from = 0; from < events.length && !signal.aborted; from += SLICE) {
      const slice = events.slice(from, from + SLICE);
      profile.apply(slice);
      onEvents?.(slice, profile);
      if (events.length > SLICE) await setImmediate();
    }
    if (wanted !== '' && !isSearching) void searchOn();
  }

  function search(text: string): void {
    if (text === wanted) return;
    wanted = text;
    if (text === '') return;
    recall.search.startInSteps(text);
    // Matches that are found immediately appear in the same frame.
    if (!isSearching && recall.search.searchMore(SEARCHED_AT_ONCE)) void searchOn();
  }

  async function searchOn(): Promise<void> {
    isSearching = true;
    let notifiedAt = performance.now();
    while (!signal.aborted && wanted !== '' && recall.search.searchMore(SEARCHED_AT_ONCE)) {
      await setImmediate();
      if (performance.now() - notifiedAt < NOTIFY_EVERY_MS) continue;
      notifiedAt = performance.now();
      profile.apply([]);
    }
    isSearching = false;
    profile.apply([]);
  }

  /** Notifies only when the run has grown by half: a frame over a million events takes as long as applying thousands of them. */
  function subscribeInSteps(listener: () => void): () => void {
    let notifiedAt = 0;
    return profile.subscribe(() => {
      const { events } = profile.state();
      if (!isRead && events < notifiedAt * 1.5) return;
      notifiedAt = events;
      listener();
    });
  }
}

/** Bytes that are searched in about ten milliseconds. */
const SEARCHED_AT_ONCE = 8 << 20;
const NOTIFY_EVERY_MS = 200;

/** Events that are applied in a few milliseconds. */
const SLICE = 2000;

async function* inPieces(events: AsyncIterable<TraceEvent>): AsyncGenerator<readonly TraceEvent[]> {
  for await (const event of events) yield [event];
}
