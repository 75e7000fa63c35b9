import { listWorkflows } from '../../workflow/library.js';
import type { Call } from '../call.js';
import { print, printJson, warn } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { FormatOption } from '../options.js';
import { table } from '../table.js';

/** `pflow workflow list`: the workflows that can be run by name. */
export async function workflowList({ options }: Call<FormatOption>): Promise<ExitCode> {
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
