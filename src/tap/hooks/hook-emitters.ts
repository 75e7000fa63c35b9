/** Finds objects of classes that cannot be imported, as they are made. */

import { EventEmitter } from 'node:events';

type Initializer = (this: EventEmitter, options?: unknown) => void;

/**
 * Calls `found` for each class of event emitter that is instantiated, once, with its first object. Undici's dispatchers and
 * HTTP/2's sessions are event emitters: this is the one place that all copies of undici, and the lazily loaded one within
 * Node, share. Node's own `domain` module hooks it in the same way. Returns the undo.
 */
export function hookEmitters(found: (emitter: object) => void): () => void {
  const holder = EventEmitter as unknown as { init: Initializer };
  const original = holder.init;
  const seen = new WeakSet<object>();
  let active = true;
  const init: Initializer = function (options) {
    original.call(this, options);
    if (!active) return;
    const prototype = Object.getPrototypeOf(this) as object;
    if (seen.has(prototype)) return;
    seen.add(prototype);
    try {
      found(this);
    } catch {
      // The program must not notice.
    }
  };
  holder.init = init;
  return () => {
    active = false;
    if (holder.init === init) holder.init = original;
  };
}
