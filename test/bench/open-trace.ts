import { loadPrices } from '../../src/pricing/table/load-prices.js';
import { createHistory } from '../../src/profile/store/store-history.js';
import { indexStores } from '../../src/profile/store/snapshot.js';
import { readTraceInPieces } from '../../src/trace/read/read-trace.js';
import { TraceInput } from '../../src/trace/read/trace-input.js';
import { IndexedTrace } from '../../src/trace/indexed/indexed-trace.js';
import { initialUi } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';

/** A program: opens the trace given as its argument as the profiler does, renders it once, and prints the time. */
const path = process.argv[2]!;
const recall = new IndexedTrace(new TraceInput(path));
const history = createHistory({ prices: loadPrices().prices, memory: { add: () => {}, at: recall.at } });
const began = performance.now();
for await (const events of readTraceInPieces(path, { mapEvent: recall.addEvent })) {
  for (const event of events) history.apply(event);
  indexStores(history.state);
}
const { state } = history;
const ui = initialUi({ glyphs: 'unicode', reducedMotion: false, live: false });
view(state, ui, { now: state.lastAt, columns: 120, rows: 40 });
const ms = performance.now() - began;
process.stdout.write(
  JSON.stringify({ ms, events: state.events, bytes: process.resourceUsage().maxRSS * 1024 }),
);
