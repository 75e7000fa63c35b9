/** Runs `pflow workflow list`: the workflows that can be run by name. */
import { listWorkflows } from '../../../workflow/library/library.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';

/** `pflow workflow list`: the workflows that can be run by name. */
export async function workflowList({ options }: Invocation<FormatOption>): Promise<ExitCode> {
  const { workflows, warnings } = listWorkflows();
  for (const warning of warnings) warn(warning);
  if (options.outputFormat === 'json') {
    printJson(
      workflows.map(({ name, description, keywords, path, shipped }) => ({
        name,
        description,
        keywords,
        path,
        shipped,
      })),
    );
  } else {
    print(
      table(
        workflows.map(({ name, description, shipped }) => [
          name,
          shipped ? 'ships with pflow' : 'yours',
          description,
        ]),
      ),
    );
  }
  return exitCodes.done;
}
