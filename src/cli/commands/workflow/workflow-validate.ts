/** Runs `pflow workflow validate`: prints every problem of a workflow. */
import { PflowError } from '../../../lib/error.js';
import { plural } from '../../../lib/text/format.js';
import type { Registry } from '../../../nodes/registry.js';
import { loadWorkflow } from '../../../workflow/library/load-workflow.js';
import { withLines } from '../../../workflow/markdown/source-lines.js';
import type { Problem } from '../../../workflow/format/problem.js';
import { validateWorkflow } from '../../../workflow/check/validate.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { openRegistry } from '../../run/node-types.js';
import type { FormatOption, NodesOption } from '../../args/run-options.js';
import { checkValid } from '../../run/prepare.js';

/** `pflow workflow validate <file | name>`: every problem of a workflow, or that it is valid. */
export async function workflowValidate({
  operands,
  options,
}: Invocation<FormatOption & NodesOption>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const types = await openRegistry(options, warn);
  if (options.outputFormat === 'json') return printProblems(problemsOf(reference, types));
  const workflow = checkValid(loadWorkflow(reference), reference, types);
  print(`${reference} is valid: ${plural(workflow.nodes.length, 'node')}.`);
  return exitCodes.done;
}

function printProblems(problems: readonly Problem[]): ExitCode {
  const valid = problems.length === 0;
  printJson({
    valid,
    problems: problems.map(({ path, message, hint = null, line = null }) => ({ path, message, hint, line })),
  });
  return valid ? exitCodes.done : exitCodes.usage;
}

/** The problems of a file. One that cannot be parsed is a single problem; a missing file is an error. */
function problemsOf(reference: string, types: Registry): readonly Problem[] {
  try {
    const { source, lineOf } = loadWorkflow(reference);
    return withLines(validateWorkflow(source, types).problems, lineOf);
  } catch (error) {
    if (!(error instanceof PflowError) || error.code !== 'invalid_workflow') throw error;
    const { message, hint } = error;
    return [{ path: '', message, ...(hint === undefined ? {} : { hint }) }];
  }
}
