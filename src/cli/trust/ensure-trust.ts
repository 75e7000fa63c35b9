/** Ensures, before any screen opens, that the project code which a run needs is trusted. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import type { NodesOption, TrustOption } from '../args/run-options.js';
import type { Target } from '../target/parse-target.js';

/** What is about to run. */
export type Planned = Readonly<{ target: Target } | { rerun: string; traceDir: string | undefined }>;

/**
 * Returns once the run may use the code that it needs. Throws a PflowError if the user cannot be prompted, or declines. The
 * modules for it are loaded only where a project has code: the first frame does not wait for them.
 */
export async function ensureTrust(planned: Planned, options: NodesOption & TrustOption): Promise<void> {
  if (options.trust || !mayHaveCode()) return;
  const { askTrust } = await import('./ask-trust.js');
  await askTrust(async () => {
    const { needsOfRun, needsOfTarget } = await import('./run-needs.js');
    return 'target' in planned ? needsOfTarget(planned.target) : needsOfRun(planned.rerun, planned.traceDir);
  }, options);
}

/** Whether the working directory has a .pflow of its own, or the settings name packages that it might have. */
function mayHaveCode(): boolean {
  if (existsSync('.pflow')) return true;
  try {
    return readFileSync(join(pflowHome(), 'settings.json'), 'utf8').includes('nodes');
  } catch {
    return false;
  }
}
