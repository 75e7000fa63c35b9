import { readDraft } from '../../workflow/draft.js';
import { graphText } from '../../workflow/graph-text.js';
import { loadWorkflow } from '../../workflow/load.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** `pflow workflow graph <file | name>`: draws a workflow, as far as it can be read. */
export async function workflowGraph({ operands }: Call): Promise<ExitCode> {
  const [reference = ''] = operands;
  const workflow = readDraft({ ...loadWorkflow(reference).source });
  const { isTTY, columns } = process.stdout;
  print(graphText(workflow, isTTY ? { columns } : {}));
  return exitCodes.done;
}
