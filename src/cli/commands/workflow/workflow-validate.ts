/** Runs `pflow workflow validate`: prints every problem of a workflow. */
import { PflowError } from '../../../lib/error.js';
import { plural } from '../../../lib/text/format.js';
import { loadWorkflow, type LoadedWorkflow } from '../../../workflow/library/load-workflow.js';
import { withLines } from '../../../workflow/markdown/source-lines.js';
import { formatProblem, type Problem } from '../../../workflow/format/problem.js';
import { commandNotes } from '../../../workflow/taint/command-notes.js';
import { typesUsed } from '../../../workflow/check/types-used.js';
import { validateWorkflow } from '../../../workflow/check/validate.js';
import { listModelsUsed } from '../../../session/models/models-used.js';
import type { Workflow } from '../../../workflow/format/ir.js';
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
    const { problems, workflow, warnings } = validateWorkflow(loaded.source, types, {
      around: [loaded.path],
    });
    const commands = workflow ? commandNotes(workflow, types, [loaded.path]) : [];
    const models = workflow ? await modelNotes(workflow, loaded) : [];
    return printProblems(withLines(problems, loaded.lineOf), {
      unchecked,
      commands: withLines(commands, loaded.lineOf),
      models,
      warnings: withLines(warnings, loaded.lineOf),
    });
  }
  const workflow = checkValid(loaded, reference, types);
  const commands = withLines(commandNotes(workflow, types, [loaded.path]), loaded.lineOf);
  const notes = [
    ...unchecked.map(({ type, reason }) => `not checked: ${type} (${reason})`),
    ...commands.map(formatProblem),
    ...(await modelNotes(workflow, loaded)),
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

/** The models that cannot be reached from here or have no price. They depend on the environment, not on the workflow. */
async function modelNotes(workflow: Workflow, { path }: LoadedWorkflow): Promise<string[]> {
  const named = listModelsUsed(workflow, {}, { around: [path] }).filter(({ model }) => model !== undefined);
  if (named.length === 0) return [];
  const [{ checkModels, describeUnpriced, describeUnreachable }, { findVendor }, { defaultPrices }] =
    await Promise.all([
      import('../../../session/models/check-models.js'),
      import('../../../session/models/find-vendor.js'),
      import('../../../pricing/table/load-prices.js'),
    ]);
  const options = { env: process.env, prices: defaultPrices(), findVendor };
  const { unreachable, unpriced } = checkModels(named, undefined, options);
  return [
    ...unreachable.map(describeUnreachable),
    ...Array.from(unpriced, ([model, nodes]) => describeUnpriced(model, nodes)),
  ];
}

type Notes = Readonly<{
  unchecked?: readonly Unchecked[];
  commands?: readonly Problem[];
  models?: readonly string[];
  warnings?: readonly Problem[];
}>;

function printProblems(
  problems: readonly Problem[],
  { unchecked = [], commands = [], models = [], warnings = [] }: Notes = {},
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
    ...(warnings.length ? { warnings: warnings.map(toJson) } : {}),
    ...(commands.length ? { data_in_commands: commands.map(toJson) } : {}),
    ...(unchecked.length ? { not_checked: unchecked } : {}),
    ...(models.length ? { models } : {}),
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
