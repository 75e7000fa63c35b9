/** Prepares a run from the command line: node types, workflow or planner, model, prices, limits. */
import { PflowError } from '../../lib/error.js';
import { plural } from '../../lib/text/format.js';
import { chooseModel, type ModelChoice } from '../../llm/select/choose-model.js';
import type { ModelSource } from '../../llm/client/client.js';
import { createModelSource } from '../../llm/providers/ai-sdk-models.js';
import { startSimulatedModel } from '../../llm/offline/simulated-client.js';
import { createRegistry, type Registry } from '../../nodes/registry.js';
import { explainConnectedModel, plannerSkills } from '../../planner/offline/skills.js';
import type { PlannerDeps } from '../../planner/plan/planner-deps.js';
import { createPlanner } from '../../planner/planner.js';
import { formatWarning, type Warning } from '../../profile/analysis/warnings.js';
import { untilAborted } from '../../runtime/control/abort.js';
import { findVendor } from '../../session/models/find-vendor.js';
import { listSucceeded, type Reused } from '../../session/resume/resume-point.js';
import { planRerun } from '../../session/resume/resume-run.js';

import type { Job, SessionOptions } from '../../session/session-options.js';
import { resolveInputs } from '../../workflow/check/inputs.js';
import type { Workflow } from '../../workflow/format/ir.js';
import { listWorkflows } from '../../workflow/library/library.js';
import { loadWorkflow, type LoadedWorkflow } from '../../workflow/library/load-workflow.js';
import { withLines } from '../../workflow/markdown/source-lines.js';
import { formatProblem, type Problem } from '../../workflow/format/problem.js';
import { typesUsed } from '../../workflow/check/types-used.js';
import { validateStrictly, validateWorkflow } from '../../workflow/check/validate.js';
import { readSharedSettings } from '../args/shared-settings.js';
import { createDemoScript, demoRequest } from './demo-script.js';
import { limitByBudgets, type PlannedRun } from '../../session/budgets/limit-by-budgets.js';
import { openRegistry } from './node-types.js';
import { deriveRecording, startRecording } from './recording-options.js';
import type { RecordedCalls } from '../../session/models/recorded-calls.js';
import type { RunOptions } from '../args/run-options.js';
import { warn } from '../io/console.js';
import { hasUnreadInput, isPiped, readStdin } from '../io/stdin.js';
import { readRun } from '../traces/trace-state.js';
import type { Target } from '../target/parse-target.js';

/** Everything a session needs except the callbacks for the user. */
export type Prepared = Omit<SessionOptions, 'confirm' | 'signal' | 'types'> &
  Readonly<{
    types: Registry;
    /** What a rerun takes over from an earlier run. */
    reused?: Reused;
    /** What a rerun repeats: whether all of the workflow, from which node, and the nodes that had succeeded. */
    rerun?: Readonly<{ isWhole: boolean; start: string; succeeded: readonly string[] }>;
  }>;

/** Prepares a run. Reports recoverable problems as warnings; throws on errors and when the signal is aborted. */
export type Prepare = (onWarning: (message: string) => void, signal: AbortSignal) => Promise<Prepared>;

/** Which run to resume, at which node or which node alone, and with which inputs replaced. */
export type RerunTarget = Readonly<{
  reference: string;
  from?: string | undefined;
  only?: string | undefined;
  inputs: Readonly<Record<string, string>>;
  /** An edit of the workflow. */
  change?: NodeChange;
}>;

/** New parameters of a node. */
export type NodeChange = Readonly<{ node: string; params: Readonly<Record<string, unknown>> }>;

/** Prepares the workflow or request of the command line. */
export function prepareRun(target: Target, options: RunOptions & { planOnly?: boolean }): Prepare {
  return async (onWarning, signal) => {
    // Read once: a file that changes meanwhile must not be validated against the types of its earlier content.
    const loaded = target.kind === 'workflow' ? loadWorkflow(target.reference) : undefined;
    const recorded = await startRecording(options, onWarning);
    const used = loaded && typesUsed(loaded.source, [loaded.path]);
    const types = await openRegistry(options, onWarning, {
      ...(used?.complete ? { wanted: used.types } : {}),
      inspect: options.planOnly ?? false,
      signal,
    });
    const found: Warning[] = [];
    const note = noteTo(found, onWarning);
    const known =
      target.kind === 'workflow'
        ? await untilAborted(workflowJob(target, loaded!, types, note), signal)
        : undefined;
    const choice = await chooseFor(options, recorded);
    const { name, job } =
      known ?? requestJob(target as RequestTarget, types, selectPlanner(choice, options), onWarning);
    // Planning is no run, and `pflow plan` has no limits.
    const limited =
      recorded.isReplay || options.planOnly
        ? options
        : await limitByBudgets(
            options,
            toPlannedRun(target.kind === 'workflow' ? name : undefined, choice),
            onWarning,
          );
    const common = commonParts(limited, note);
    return { ...common, warnings: found, name, job, types, choice, models: modelsOf(choice, recorded) };
  };
}

/** Prepares a rerun of the workflow in a trace. */
export function prepareRerun(
  { reference, from, only, inputs, change }: RerunTarget,
  options: RunOptions,
): Prepare {
  return async (onWarning, signal) => {
    const { state } = await readRun(reference, options.traceDir);
    const recorded = await startRecording(options, onWarning);
    const rerun = planRerun(state, {
      given: inputs,
      ...(from === undefined ? {} : { from }),
      ...(only === undefined ? {} : { only }),
    });
    const { params, store, start, isWhole, reused } = rerun;
    const [workflow, planned] = [applyChange(rerun.workflow, change), applyChange(rerun.planned, change)];
    const used = typesUsed(workflow);
    const types = await openRegistry(options, onWarning, {
      ...(used.complete ? { wanted: used.types } : {}),
      signal,
    });
    const choice = await chooseFor(options, recorded);
    const name = state.started?.name ?? 'rerun';
    const found: Warning[] = [];
    const note = noteTo(found, onWarning);
    // The node types may have changed since then, and referenced files may be missing.
    checkValid({ source: planned }, name, types, note);
    const origin = state.plans.findLast(({ span }) => span === undefined)?.origin ?? 'inline';
    const path = state.started?.workflow?.path;
    const job: Job = {
      kind: 'plan',
      plan: { workflow, params, origin, name },
      ...(path === undefined ? {} : { path }),
      resume: { start, store },
    };
    const run = state.started?.run;
    const edited = change !== undefined || Object.keys(inputs).length > 0;
    const basedOn = run !== undefined && {
      run,
      ...(isWhole ? {} : { node: start }),
      ...(edited ? { edited } : {}),
    };
    const limited = recorded.isReplay
      ? options
      : // Without an estimate: a rerun may repeat only a part of the workflow.
        await limitByBudgets(
          options,
          { workflow: name, model: `${choice.provider}/${choice.model}`, free: choice.free },
          onWarning,
        );
    return {
      ...commonParts(limited, note),
      warnings: found,
      ...(basedOn && { basedOn }),
      ...(reused.nodes.length > 0 && { reused }),
      rerun: { isWhole, start, succeeded: listSucceeded(state) },
      name,
      job,
      types,
      choice,
      models: modelsOf(choice, recorded),
    };
  };
}

function applyChange(workflow: Workflow, change: NodeChange | undefined): Workflow {
  if (!change) return workflow;
  const nodes = workflow.nodes.map((node) =>
    node.id === change.node ? { ...node, params: change.params } : node,
  );
  return { ...workflow, nodes };
}

/** Prepares the demo: its own request, answered by a simulated model. */
export function prepareDemo(options: RunOptions): Prepare {
  return async (onWarning) => {
    const types = createRegistry();
    const { choice } = await startSimulatedModel({ script: createDemoScript() });
    const planner = createPlanner({
      catalogue: types,
      saved: [],
      validate: (source) => validateStrictly(source, types),
    });
    const job: Job = { kind: 'request', request: demoRequest, planner };
    return {
      ...commonParts(options, noteTo([], onWarning)),
      name: 'demo',
      job,
      types,
      choice,
      models: modelsOf(choice),
      simulated: true,
    };
  };
}

async function chooseFor({ model }: RunOptions, recorded: RecordedCalls): Promise<ModelChoice> {
  const choice =
    recorded.choice ??
    (await chooseModel({
      flag: model,
      env: process.env,
      byDefault: readSharedSettings().defaultModel,
      findVendor,
    }));
  recorded.onChosen(choice);
  return choice;
}

/** What budgets need to know of a run. A request is not estimated: its workflow is not known before it is planned. */
function toPlannedRun(workflow: string | undefined, choice: ModelChoice): PlannedRun {
  return {
    workflow,
    model: `${choice.provider}/${choice.model}`,
    free: choice.free,
    async estimate() {
      if (workflow === undefined) return undefined;
      const { estimatePlan } = await import('../../session/budgets/estimate-plan.js');
      return (await estimatePlan(workflow, choice))?.estimate.cost?.low;
    },
  };
}

/** The rules that plan in place of a model. Without a model they answer as its client. */
function selectPlanner(
  { baseUrl, reason }: ModelChoice,
  { planner }: Pick<RunOptions, 'planner'>,
): PlannerDeps['rules'] {
  if (planner === 'model' && baseUrl === undefined)
    throw new PflowError('usage', `--planner model requires a model, but none is connected (${reason}).`, {
      hint: 'pflow help models shows how to connect one.',
    });
  if (planner === 'model' || baseUrl === undefined) return undefined;
  const skills = plannerSkills({ stdin: isPiped() });
  return planner === 'rules'
    ? { skills: explainConnectedModel(skills), for: 'all' }
    : { skills, for: 'what-they-read' };
}

function modelsOf(choice: ModelChoice, recorded?: RecordedCalls): ModelSource {
  return createModelSource(choice, {
    env: process.env,
    replayed: recorded?.isReplay ?? false,
    skills: plannerSkills({ stdin: isPiped() }),
    findVendor,
  });
}

type CommonParts = Omit<Prepared, 'name' | 'job' | 'types' | 'choice' | 'models'>;

function commonParts(options: RunOptions, note: Note): CommonParts {
  return {
    ...deriveRecording(options, (message) => note({ code: 'setting_unknown', message })),
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    plannerTimeoutMs: options.plannerTimeout * 1000,
    idleMs: options.idleTimeout * 1000,
    stdin: readStdin,
    hasUnusedInput: hasUnreadInput,
    onWarning: note.print,
    ...listVerifications(options),
  };
}

function listVerifications({ verify, verifyNode = [] }: RunOptions): Pick<CommonParts, 'verify'> {
  const all = [...(verify === undefined ? [] : [{ command: verify }]), ...verifyNode];
  return all.length > 0 ? { verify: all } : {};
}

/** Validates a loaded workflow. Throws a PflowError that lists every problem. */
export function checkValid(
  { source, lineOf }: Pick<LoadedWorkflow, 'source' | 'lineOf'>,
  name: string,
  types: Registry,
  note: (warning: Warning) => void = (each) => warn(formatWarning(each)),
): Workflow {
  const { workflow, problems, warnings } = validateWorkflow(source, types);
  if (!workflow) throw invalidWorkflow(name, withLines([...problems, ...warnings], lineOf));
  for (const problem of withLines(warnings, lineOf))
    note({ code: 'param_unknown', ...nodeAt(problem.path, workflow), message: formatProblem(problem) });
  return workflow;
}

/** The node that a path such as `nodes[2].params.x` is in. */
function nodeAt(path: string, { nodes }: Workflow): { node?: string } {
  const id = nodes[Number(/^nodes\[(\d+)\]/.exec(path)?.[1])]?.id;
  return id === undefined ? {} : { node: id };
}

/** Prints a warning of what was found before the run, and keeps it for the trace. */
type Note = ((warning: Warning) => void) & { print: (message: string) => void };

function noteTo(found: Warning[], print: (message: string) => void): Note {
  const note = (warning: Warning) => {
    found.push(warning);
    print(formatWarning(warning));
  };
  return Object.assign(note, { print });
}

type NamedJob = Readonly<{ name: string; job: Job }>;

type RequestTarget = Extract<Target, { kind: 'request' }>;

function requestJob(
  { request, inputs }: RequestTarget,
  types: Registry,
  rules: PlannerDeps['rules'],
  onWarning: (message: string) => void,
): NamedJob {
  const { workflows, warnings } = listWorkflows();
  for (const warning of warnings) onWarning(warning);
  const planner = createPlanner({
    catalogue: types,
    // The user's own workflows take precedence over shipped ones.
    saved: workflows.toSorted((a, b) => Number(a.shipped) - Number(b.shipped)),
    validate: (source) => validateStrictly(source, types),
    stdin: isPiped(),
    ...(rules ? { rules } : {}),
  });
  return { name: titleOf(request), job: { kind: 'request', request, given: inputs, planner } };
}

async function workflowJob(
  { reference, inputs }: Extract<Target, { kind: 'workflow' }>,
  loaded: LoadedWorkflow,
  types: Registry,
  note: Note,
): Promise<NamedJob> {
  const workflow = checkValid(loaded, reference, types, note);
  const wantsStdin = Object.entries(workflow.inputs).some(([name, { stdin }]) => stdin && !(name in inputs));
  const piped = wantsStdin && isPiped() ? { stdin: await readStdin() } : {};
  const shared = Object.entries(readSharedSettings().env).filter(([key]) =>
    Object.hasOwn(workflow.inputs, key),
  );
  const params = resolveInputs(workflow, { ...Object.fromEntries(shared), ...inputs }, piped);
  const { name, origin, path } = loaded;
  return { name, job: { kind: 'plan', plan: { workflow, params, origin, name }, path } };
}

function invalidWorkflow(reference: string, problems: readonly Problem[]): PflowError {
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`);
  const message = `'${reference}' is not a valid workflow: ${plural(problems.length, 'problem')}.`;
  return new PflowError('invalid_workflow', [message, ...lines].join('\n'));
}

/** The request as the name of its run, truncated to 60 characters. */
function titleOf(request: string): string {
  const line = request.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
