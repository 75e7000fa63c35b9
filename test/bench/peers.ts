/** Loads the libraries that pflow is measured against, which test/peers installs. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** A peer's module, which the caller knows the shape of. */
export function requirePeer(name: string): unknown {
  return createRequire(resolve('test', 'peers', 'index.js'))(name);
}
