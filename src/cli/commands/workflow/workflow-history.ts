/** Runs `pflow workflow history`: the versions of a saved workflow. */
import { getWorkflow } from '../../../workflow/library/library.js';
import { listVersions } from '../../../workflow/library/versions.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';

/** `pflow workflow history <name>`: the versions of a saved workflow, the newest first. */
export async function workflowHistory({ operands, options }: Invocation<FormatOption>): Promise<ExitCode> {
  const [name = ''] = operands;
  const versions = listVersions(name).toReversed();
  // A name without versions is unknown, or names a workflow that ships with pflow.
  if (versions.length === 0) getWorkflow(name);
  if (options.outputFormat === 'json') {
    printJson(
      versions.map(({ version, savedAt, path, current }) => ({
        version,
        saved_at: savedAt.toISOString(),
        path,
        current,
      })),
    );
  } else if (versions.length === 0) {
    print(`${name} ships with pflow and has one version.`);
  } else {
    print(
      table(
        versions.map(({ version, savedAt, current }) => [
          String(version),
          savedAt.toISOString().slice(0, 19).replace('T', ' '),
          current ? 'current' : '',
        ]),
      ),
    );
  }
  return exitCodes.done;
}
