/** Installs the module hooks. */

import * as nodeModule from 'node:module';
import { PflowError } from '../../lib/error.js';
import { hasOwnFiles, hooksUrl } from './module-addresses.js';

let installed: Promise<void> | undefined;

/** Enables TypeScript and the package names of pflow in subsequently imported modules. Idempotent. */
export function installHooks(): Promise<void> {
  installed ??= install();
  return installed;
}

async function install(): Promise<void> {
  if (!hasOwnFiles()) {
    throw new PflowError('usage', 'Files of custom nodes cannot be loaded: this pflow is part of a bundle.', {
      hint: "Leave 'pflow-profiler' out of the bundle (external), or import the nodes and hand them to run({ nodes }).",
    });
  }
  // Newer versions of Node run hooks in this thread and deprecate the older API.
  const { registerHooks } = nodeModule as { registerHooks?: (hooks: object) => unknown };
  if (registerHooks) registerHooks(await import('./module-hooks.js'));
  else nodeModule.register(hooksUrl);
}
