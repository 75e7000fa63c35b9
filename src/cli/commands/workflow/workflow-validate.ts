/** Runs `pflow workflow validate`: prints every problem of a workflow. */
import { PflowError } from '../../../lib/error.js';
import { plural } from '../../../lib/text/format.js';
import { loadWorkflow, type LoadedWorkflow } from '../../../workflow/library/load-workflow.js';
import { withLines } from '../../../workflow/markdown/source-lines.js';
import { formatProblem, type Problem } from '../../../workflow/format/problem.js';
import { commandNotes } from '../../../workflow/taint/command-notes.js';
import { typesUsed } from '../../../workflow/check/types-used.js';
import { validateWorkflow } from '../../../workflow/check/validate.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { openRegistry, type OpenedRegistry } from '../../run/node-types.js';
import type { FormatOption, NodesOption, TrustOption } from '../../args/run-options.js';
import { checkValid } from '../../run/prepare.js';

/** `pflow workflow validate <file | name>`: every problem of a workflow, or that it is valid. */
export async function workflowValidate({
  operands,
  options,
}: Invocation<FormatOption & NodesOption & TrustOption>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const loaded = load(reference);
  if ('problem' in loaded) {
    if (options.outputFormat === 'json') return printProblems([loaded.problem]);
    throw loaded.error;
  }
  const { types: used } = typesUsed(loaded.source, [loaded.path]);
  const types = await openRegistry(options, warn, { wanted: used, inspect: true });
  const unchecked = uncheckedIn(used, types);
  if (options.outputFormat === 'json') {
    const { problems, workflow } = validateWorkflow(loaded.source, types, { around: [loaded.path] });
    const commands = workflow ? commandNotes(workflow, types, [loaded.path]) : [];
    return printProblems(withLines(problems, loaded.lineOf), unchecked, withLines(commands, loaded.lineOf));
  }
  const workflow = checkValid(loaded, reference, types);
  const commands = withLines(commandNotes(workflow, types, [loaded.path]), loaded.lineOf);
  const notes = [
    ...unchecked.map(({ type, reason }) => `not checked: ${type} (${reason})`),
    ...commands.map(formatProblem),
  ];
  print(
    [
      `${reference} is valid: ${plural(workflow.nodes.length, 'node')}.`,
      ...notes.map((note) => `  ${note}`),
    ].join('\n'),
  );
  return exitCodes.done;
}

type Unchecked = Readonly<{ type: string; reason: string }>;

/** The types that the workflow uses and that could not be checked. */
export function uncheckedIn(used: readonly string[], types: OpenedRegistry): Unchecked[] {
  return used.flatMap((type) => {
    const reason = types.get(type) ? undefined : types.unchecked?.(type);
    return reason === undefined ? [] : [{ type, reason }];
  });
}

function printProblems(
  problems: readonly Problem[],
  unchecked: readonly Unchecked[] = [],
  commands: readonly Problem[] = [],
): ExitCode {
  const valid = problems.length === 0;
  const toJson = ({ path, message, hint, line }: Problem) => ({
    path,
    message,
    hint: hint ?? null,
    line: line ?? null,
  });
  printJson({
    valid,
    problems: problems.map(toJson),
    ...(commands.length ? { data_in_commands: commands.map(toJson) } : {}),
    ...(unchecked.length ? { not_checked: unchecked } : {}),
  });
  return valid ? exitCodes.done : exitCodes.usage;
}

type Loaded = LoadedWorkflow | Readonly<{ problem: Problem; error: PflowError }>;

/** Loads the workflow. A file that cannot be parsed is a single problem; a missing file is an error. */
function load(reference: string): Loaded {
  try {
    return loadWorkflow(reference);
  } catch (error) {
    if (!(error instanceof PflowError) || error.code !== 'invalid_workflow') throw error;
    const { message, hint } = error;
    return { problem: { path: '', message, ...(hint === undefined ? {} : { hint }) }, error };
  }
}
