import { loadPrices } from '../../src/pricing/load.js';
import { createProfile } from '../../src/profile/profile.js';
import { readTraceInPieces } from '../../src/trace/read.js';
import { initialUi } from '../../src/view/ui-state.js';
import { view } from '../../src/view/view.js';

/** A program: opens the trace given as its argument as the profiler does, draws it once, and prints what that took. */
const profile = createProfile({ prices: loadPrices().prices });
const began = performance.now();
for await (const events of readTraceInPieces(process.argv[2]!))
  for (const event of events) profile.apply(event);
const ui = initialUi({ glyphs: 'unicode', reducedMotion: false, live: false });
view(profile.state, ui, { now: profile.state.lastAt, columns: 120, rows: 40 });
const ms = performance.now() - began;
process.stdout.write(
  JSON.stringify({ ms, events: profile.state.events, bytes: process.resourceUsage().maxRSS * 1024 }),
);
