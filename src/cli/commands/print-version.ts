/** Runs `pflow version`: prints the version. */
import { pflowVersion } from '../../lib/version.js';
import { print } from '../io/console.js';
import { exitCodes, type ExitCode } from '../io/exit-code.js';

/** `pflow version`: prints the version as `pflow --version` does. */
export function printVersion(): Promise<ExitCode> {
  print(pflowVersion());
  return Promise.resolve(exitCodes.done);
}
