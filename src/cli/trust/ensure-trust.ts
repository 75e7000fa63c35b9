/** Ensures that the project code needed by a run is trusted, before any screen opens. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import type { NodesOption, TrustOption } from '../args/run-options.js';
import type { Target } from '../target/parse-target.js';

/** The run that is about to start. */
export type Planned = Readonly<{ target: Target } | { rerun: string; traceDir: string | undefined }>;

/**
 * Returns when the run may use the code that it needs. Throws a PflowError if the user cannot be prompted, or declines. The
 * modules for it are loaded only for a project with code, so that they do not delay the first frame.
 */
export async function ensureTrust(planned: Planned, options: NodesOption & TrustOption): Promise<void> {
  if (options.trust || !mayHaveCode()) return;
  const { askTrust } = await import('./ask-trust.js');
  await askTrust(async () => {
    const { needsOfRun, needsOfTarget } = await import('./run-needs.js');
    return 'target' in planned ? needsOfTarget(planned.target) : needsOfRun(planned.rerun, planned.traceDir);
  }, options);
}

/** Whether the working directory has a .pflow folder, or the settings name packages that it might contain. */
function mayHaveCode(): boolean {
  if (existsSync('.pflow')) return true;
  try {
    return readFileSync(join(pflowHome(), 'settings.json'), 'utf8').includes('nodes');
  } catch {
    return false;
  }
}
