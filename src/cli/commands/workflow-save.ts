import { createRegistry } from '../../nodes/registry.js';
import { saveWorkflow } from '../../workflow/library.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { loadValid } from '../prepare.js';

/** `pflow workflow save <file> [name]`: checks a workflow and saves it, to run it by name. */
export async function workflowSave({
  operands,
  options,
}: Call<{ description?: string; replace?: boolean }>): Promise<ExitCode> {
  const [file = '', as] = operands;
  const { loaded, workflow } = loadValid(file, createRegistry());
  const name = as ?? loaded.name;
  const description = options.description ?? workflow.description ?? '';
  const path = saveWorkflow(
    { name, description, keywords: [], workflow: loaded.source },
    { replace: options.replace ?? false },
  );
  print(`Saved as ${name}: ${path}`);
  return exitCodes.done;
}
