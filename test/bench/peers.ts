/** Loads the libraries that pflow is compared with, which test/peers installs. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** A peer's module, whose type the caller knows. */
export function requirePeer(name: string): unknown {
  return createRequire(resolve('test', 'peers', 'index.js'))(name);
}
