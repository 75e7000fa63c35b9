/** Runs `pflow workflow save`: validates a workflow and saves it under a name. */
import { PflowError } from '../../../lib/error.js';
import { saveWorkflow } from '../../../workflow/library/library.js';
import { typesUsed } from '../../../workflow/check/types-used.js';
import { listVersions } from '../../../workflow/library/versions.js';
import type { Invocation } from '../../io/invocation.js';
import { print, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { openRegistry } from '../../run/node-types.js';
import type { NodesOption, TrustOption } from '../../args/run-options.js';
import { checkValid } from '../../run/prepare.js';
import { uncheckedIn } from './workflow-validate.js';
import { openSource } from '../../target/workflow-source.js';

type SaveOptions = NodesOption &
  TrustOption &
  Readonly<{ from?: string; description?: string; keywords?: string; replace?: boolean; traceDir?: string }>;

/** `pflow workflow save <file> [name]` or `save <name> --from <source>`: validates a workflow and saves it, to run it by name. */
export async function workflowSave({ operands, options }: Invocation<SaveOptions>): Promise<ExitCode> {
  const { from, replace = false, traceDir } = options;
  const [first = '', second] = operands;
  if (from !== undefined && second !== undefined)
    throw new PflowError('usage', `--from takes only a name as argument, not '${second}' as well.`);
  const loaded = await openSource(from ?? first, traceDir);
  const name = from === undefined ? (second ?? loaded.name) : first;
  const { types: used } = typesUsed(loaded.source);
  const types = await openRegistry(options, warn, { wanted: used, inspect: true });
  const workflow = checkValid(loaded, from ?? first, types);
  for (const { type, reason } of uncheckedIn(used, types)) warn(`not checked: ${type} (${reason})`);
  const description = options.description ?? workflow.description ?? '';
  const keywords = options.keywords?.split(/[,\s]+/).filter(Boolean) ?? workflow.keywords ?? [];
  const path = saveWorkflow({ name, description, keywords, workflow: loaded.source }, { replace });
  const version = listVersions(name).length;
  print(`Saved as ${name}${version > 1 ? `, version ${version}` : ''}: ${path}`);
  return exitCodes.done;
}
