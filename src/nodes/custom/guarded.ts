/** Loads untrusted modules with a timeout. */

import { formatDuration } from '../../lib/text/format.js';

const MOST_MS = 10_000;

/** Imports a module. Rejects when it calls process.exit or exceeds the timeout: Node exits silently when a top-level await never settles. */
export async function guarded(load: () => Promise<object>, mostMs = MOST_MS): Promise<object> {
  const { exit } = process;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const reason = `it is still loading after ${formatDuration(mostMs)}.`;
    timer = setTimeout(() => reject(new Error(reason)), mostMs);
  });
  process.exit = () => {
    throw new Error('it calls process.exit while it loads.');
  };
  try {
    return await Promise.race([load(), late]);
  } finally {
    process.exit = exit;
    clearTimeout(timer);
  }
}
