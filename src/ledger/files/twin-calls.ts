/** Finds the calls that were recorded twice without a common id: by an agent's telemetry and in its session log. */
import type { CallLine } from './ledger-line.js';

/** A session log has the end of a call and telemetry its start, and their clocks may differ a little. */
const APART_MS = 10 * 60_000;

/** Calls that may have a twin. */
export type TwinFinder = Readonly<{
  /** Adds a call of the ledger. */
  add: (call: CallLine) => void;
  /** Whether a call has a twin; each call that was added is the twin of one other. */
  take: (call: CallLine) => boolean;
}>;

/**
 * Creates an empty finder. Twins are of one model, have the same counts of tokens, which rarely repeat, and are at most ten minutes
 * apart.
 */
export function createTwinFinder(): TwinFinder {
  const times = new Map<string, number[]>();
  return {
    add(call) {
      if (call.source === 'run' || call.source === 'replayed') return;
      const key = keyOf(call);
      if (key === undefined) return;
      const known = times.get(key);
      if (known) known.push(Date.parse(call.at));
      else times.set(key, [Date.parse(call.at)]);
    },
    take(call) {
      if (times.size === 0) return false;
      const key = keyOf(call);
      const known = key === undefined ? undefined : times.get(key);
      if (!known) return false;
      const at = Date.parse(call.at);
      const index = known.findIndex((time) => Math.abs(time - at) <= APART_MS);
      if (index < 0) return false;
      known.splice(index, 1);
      return true;
    },
  };
}

function keyOf({ model, usages }: CallLine): string | undefined {
  const usage = usages[0]?.usage;
  if (usage?.input === undefined || usage.output === undefined) return undefined;
  return `${model} ${usage.input} ${usage.output} ${usage.cacheRead ?? 0}`;
}
