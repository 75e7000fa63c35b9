/** Installs the hooks while somebody listens, once in a process. */

import { hookEmitters } from './hook-emitters.js';
import { hookHttp } from './hook-http.js';
import { hookHttp2 } from './hook-http2.js';
import { hookUndici } from './hook-undici.js';
import type { TapListener } from './listener.js';
import { listeners } from './open-exchange.js';

/** The tap of the process, whichever copy of this code installed it first. */
type SharedTap = Readonly<{ listen(listener: TapListener): () => void; keep(): void }>;

const KEY = Symbol.for('pflow.tap.1');

/**
 * Listens to the requests that this process sends to models from now on. Nothing of the program is patched before the first
 * listener; with the last, everything is as it was. Returns the undo, which may be called more than once.
 */
export function tapRequests(listener: TapListener): () => void {
  return sharedTap().listen(listener);
}

/** Installs the hooks for as long as the process lives, so that code which is loaded later finds them. */
export function keepTap(): void {
  sharedTap().keep();
}

function sharedTap(): SharedTap {
  const holder = globalThis as unknown as Record<symbol, SharedTap | undefined>;
  const found = holder[KEY];
  if (found) return found;
  const tap = createTap(() => delete holder[KEY]);
  Object.defineProperty(holder, KEY, { value: tap, configurable: true, enumerable: false });
  return tap;
}

function createTap(onUninstall: () => void): SharedTap {
  let uninstall: (() => void) | undefined;
  let kept = false;
  return {
    listen(listener) {
      uninstall ??= installHooks();
      // The same listener twice is two listeners.
      const own: TapListener = { onRequest: (request, exchange) => listener.onRequest(request, exchange) };
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || kept || listeners.size > 0) return;
        uninstall?.();
        uninstall = undefined;
        onUninstall();
      };
    },
    keep() {
      kept = true;
      uninstall ??= installHooks();
    },
  };
}

function installHooks(): () => void {
  const undici = hookUndici();
  const http2 = hookHttp2();
  const unhookEmitters = hookEmitters((emitter) => {
    undici.discover(emitter);
    http2.discover(emitter);
  });
  const unhookHttp = hookHttp();
  return () => {
    unhookHttp();
    unhookEmitters();
    http2.undo();
    undici.undo();
  };
}
