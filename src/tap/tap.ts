/** Installs the hooks while there are listeners, once per process. */

import { hookEmitters } from './hooks/hook-emitters.js';
import { hookHttp } from './hooks/hook-http.js';
import { hookHttp2 } from './hooks/hook-http2.js';
import { hookUndici } from './hooks/hook-undici.js';
import { hookWorkers } from './hooks/hook-workers.js';
import type { TapListener } from './exchange/listener.js';
import { listeners, reportStep } from './exchange/open-exchange.js';
import { hookSteps } from './steps/hook-steps.js';
import type { WorkerLink } from './hooks/worker-messages.js';

/** The tap of the process, whichever copy of this code installed it first. */
type SharedTap = Readonly<{
  listen(listener: TapListener): () => void;
  keep(parent: WorkerLink | undefined): void;
  drain(): void;
}>;

const KEY = Symbol.for('pflow.tap.1');

/**
 * Listens to the requests that this process sends to models from now on. Nothing of the program is patched before the first
 * listener; with the last, everything is as it was. Returns the undo, which may be called more than once.
 */
export function tapRequests(listener: TapListener): () => void {
  return sharedTap().listen(listener);
}

/**
 * Installs the hooks for as long as the process lives, so that code which is loaded later finds them. In a worker, `parent`
 * is where its own workers report.
 */
export function keepTap(parent?: WorkerLink): void {
  sharedTap().keep(parent);
}

/** Hears now what worker threads have reported and the event loop would deliver later. */
export function drainTap(): void {
  (globalThis as unknown as Record<symbol, SharedTap | undefined>)[KEY]?.drain();
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
  let installed: Hooks | undefined;
  let kept = false;
  return {
    listen(listener) {
      installed ??= installHooks(undefined);
      // The same listener twice is two listeners.
      const own: TapListener = {
        answers: listener.answers === true,
        allOfProviders: listener.allOfProviders === true,
        onRequest: (request, exchange) => listener.onRequest(request, exchange),
        onStep: (event) => listener.onStep?.(event),
      };
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || kept || listeners.size > 0) return;
        installed?.undo();
        installed = undefined;
        onUninstall();
      };
    },
    keep(parent) {
      kept = true;
      installed ??= installHooks(parent);
    },
    drain: () => installed?.drain(),
  };
}

type Hooks = Readonly<{ undo: () => void; drain: () => void }>;

function installHooks(parent: WorkerLink | undefined): Hooks {
  const undici = hookUndici();
  const http2 = hookHttp2();
  const http = hookHttp();
  const unhookEmitters = hookEmitters((emitter) => {
    undici.discover(emitter);
    http2.discover(emitter);
    http.discover(emitter);
  });
  const workers = hookWorkers(parent);
  const unhookSteps = hookSteps(reportStep);
  return {
    drain: workers.drain,
    undo() {
      // What workers have reported still finds its listeners.
      workers.undo();
      unhookSteps();
      unhookEmitters();
      http.undo();
      http2.undo();
      undici.undo();
    },
  };
}
