import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for what pflow keeps: `~/.pflow`, or where PFLOW_HOME says. */
export function pflowHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env['PFLOW_HOME'] || join(env['HOME'] || homedir(), '.pflow');
}
