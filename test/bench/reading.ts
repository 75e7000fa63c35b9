import { execFileSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import type { PriceTable } from '../../src/pricing/table/price-table.js';
import { createProfile, type Profile } from '../../src/profile/run/profile.js';
import { indexStores, readStoreAt } from '../../src/profile/store/snapshot.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { median, medians } from './measure.js';
import { amount, atMost, type Section } from './report.js';
import { runTraced, tracedChain } from './traced-run.js';

const MB = 1_000_000;

/** The cost of opening a trace: reducing it, a file of 100 MB from disk to the first frame, one snapshot of a long run. */
export async function measureReading(rounds: number): Promise<Section> {
  const prices = loadPrices().prices;
  const { log } = await runTraced(tracedChain(10_000), 10_000, 100);
  const events = log.all;
  const last = events.at(-1)!.seq;
  const figures = await medians(
    [
      {
        name: 'fold',
        run() {
          const began = performance.now();
          profileAfter(events, prices);
          return (events.length / (performance.now() - began)) * 1000;
        },
      },
      {
        name: 'snapshot',
        run() {
          // A new run each time, because results for the same events are memoized. The stores are indexed as events arrive.
          const { state } = profileAfter(
            events.map((event) => ({ ...event })),
            prices,
          );
          indexStores(state);
          const began = performance.now();
          readStoreAt(state, { seq: last });
          return performance.now() - began;
        },
      },
    ],
    { rounds },
  );
  const fold = figures.get('fold')!;
  const opened = await openLarge(Math.max(3, Math.round(rounds / 3)));
  return {
    title: 'Opening a trace',
    rows: [
      {
        what: 'fold',
        measured: amount(fold, 'events/s'),
        budget: '≥ 200,000 events/s',
        met: fold >= 200_000,
      },
      atMost(
        `a file of ${amount(opened.size / MB, 'MB')} (${opened.events.toLocaleString('en-US')} events), read, folded and drawn`,
        opened.ms,
        3000,
        'ms',
      ),
      atMost('its peak memory beside its size', opened.memory / opened.size, 3, '×'),
      atMost('the state after the 10,000th node', figures.get('snapshot')!, 50, 'ms'),
    ],
  };
}

function profileAfter(events: readonly TraceEvent[], prices: PriceTable): Profile {
  const profile = createProfile({ prices });
  for (const event of events) profile.apply(event);
  return profile;
}

async function openLarge(
  rounds: number,
): Promise<{ size: number; ms: number; memory: number; events: number }> {
  const { bytes } = await runTraced(tracedChain(100), 100, 100);
  const count = Math.ceil((100 * MB) / bytes);
  const { path } = await runTraced(tracedChain(count), count, 100, true);
  const openings = Array.from({ length: rounds }, () => {
    const output = execFileSync(process.execPath, [join('.bench', 'open-trace.mjs'), path], {
      encoding: 'utf8',
    });
    return JSON.parse(output) as { ms: number; events: number; bytes: number };
  });
  const size = statSync(path).size;
  rmSync(path);
  return {
    size,
    ms: median(openings.map(({ ms }) => ms)),
    memory: median(openings.map(({ bytes }) => bytes)),
    events: openings[0]!.events,
  };
}
