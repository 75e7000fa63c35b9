/** Locates pflow's home folder. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for pflow's files: PFLOW_HOME if set, else `~/.pflow`. */
export function pflowHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env['PFLOW_HOME'] || join(env['HOME'] || homedir(), '.pflow');
}
