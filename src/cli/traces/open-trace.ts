import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { loadPrices } from '../../pricing/table/load-prices.js';
import type { TraceEvent } from '../../trace/event/event.js';
import { followTrace } from '../../trace/read/follow-trace.js';
import type { TraceWarning } from '../../trace/read/parse-events.js';
import { readTraceInPieces } from '../../trace/read/read-trace.js';
import { IndexedTrace } from '../../trace/indexed/indexed-trace.js';
import { toBlobPath } from '../../trace/blobs/blob-writer.js';
import { openBlobs } from '../../trace/blobs/blob-reader.js';
import { createLiveProfile, type LiveProfile } from '../progress/live-profile.js';

/** How the reading of a trace came to its end: `written` by a process that was still at it when it was closed. */
export type ReadEnd = 'whole' | 'no-end' | 'written' | 'broken-off';

/** A trace that is being read into a profile. */
export type OpenTrace = LiveProfile &
  Readonly<{
    /** ms since the run began; it goes on between the events of a run that is being written. */
    now(): number;
    /** How much of the file has been read, 0 to 1; undefined once it is all, and for a file that is followed. */
    reading(): number | undefined;
    /** Whether the process that wrote a followed file is gone without having finished the run. */
    writerGone(): boolean;
    /** Looks through the file for a text, in lower case. Who has subscribed hears how it gets on. */
    search(wanted: string): void;
    /** How much of the file has been looked through, 0 to 1; undefined once it is all. */
    searching(): number | undefined;
    /** Lines that were passed over. */
    notes: readonly string[];
    /** Resolves when there is no more to read, or after `close`. */
    done: Promise<ReadEnd>;
    close(): void;
  }>;

export type OpenTraceOptions = Readonly<{
  /** Whether another process is still writing it. */
  follow: boolean;
  /** Hears of events once they are in the profile. */
  onEvents?: (events: readonly TraceEvent[], profile: LiveProfile) => void;
}>;

/** Opens a trace file and goes on reading it. Throws a PflowError when its beginning is not that of a trace. */
export async function openTrace(path: string, { follow, onEvents }: OpenTraceOptions): Promise<OpenTrace> {
  // It stays open with the program: what the screen shows, and the summary after it, may be read from it at any time.
  const recall = new IndexedTrace(path);
  const memory = { add: () => {}, at: recall.at };
  const values = openBlobs(toBlobPath(path));
  const profile = createLiveProfile({ prices: loadPrices().prices, values, memory });
  const closing = new AbortController();
  const { signal } = closing;
  const notes: string[] = [];
  const onWarning = ({ line, message }: TraceWarning) => void notes.push(`${path}:${line}: ${message}`);
  const size = follow ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  let read = 0;
  let isRead = follow;
  let isWritten = follow;
  let wanted = '';
  let isSearching = false;
  const pieces = follow
    ? inPieces(
        followTrace(path, {
          signal,
          onWarning,
          mapEvent: recall.addEvent,
          onWriterGone: () => void (isWritten = false),
        }),
      )
    : readTraceInPieces(path, {
        onWarning,
        mapEvent: recall.addEvent,
        onProgress: (bytes) => void (read = bytes),
      });

  const first = await pieces.next();
  await take(first.value ?? []);
  const done = readRest();
  // Whoever waits for the end hears of a failure; until then nobody has to.
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
    notes,
    done,
    close: () => closing.abort(),
  };

  async function readRest(): Promise<ReadEnd> {
    for await (const events of pieces) {
      if (signal.aborted) break;
      await take(events);
    }
    if (signal.aborted && !follow) return 'broken-off';
    isRead = true;
    profile.apply([]);
    if (profile.state().finished) return 'whole';
    return isWritten ? 'written' : 'no-end';
  }

  /** In slices, between which the screen answers keys and draws what there is so far. */
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
    // What is found at once is there in the same frame.
    if (!isSearching && recall.search.searchMore(SEARCHED_AT_ONCE)) void searchOn();
  }

  async function searchOn(): Promise<void> {
    isSearching = true;
    let toldAt = performance.now();
    while (!signal.aborted && wanted !== '' && recall.search.searchMore(SEARCHED_AT_ONCE)) {
      await setImmediate();
      if (performance.now() - toldAt < TELL_EVERY_MS) continue;
      toldAt = performance.now();
      profile.apply([]);
    }
    isSearching = false;
    profile.apply([]);
  }

  /** Tells each time that the run has grown by half: a frame of a million events takes as long as thousands of them. */
  function subscribeInSteps(listener: () => void): () => void {
    let told = 0;
    return profile.subscribe(() => {
      const { events } = profile.state();
      if (!isRead && events < told * 1.5) return;
      told = events;
      listener();
    });
  }
}

/** As many bytes as are looked through in some ten milliseconds. */
const SEARCHED_AT_ONCE = 8 << 20;
const TELL_EVERY_MS = 200;

/** As many events as are folded in a few milliseconds. */
const SLICE = 2000;

async function* inPieces(events: AsyncIterable<TraceEvent>): AsyncGenerator<readonly TraceEvent[]> {
  for await (const event of events) yield [event];
}
