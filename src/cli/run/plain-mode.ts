/** Non-interactive mode: runs without a screen, result on stdout, progress on stderr. */
import { Console } from 'node:console';
import { spokenSummary } from '../../export/spoken.js';
import type { ModelChoice } from '../../llm/select/choose-model.js';
import { builtinTypes, type Registry } from '../../nodes/registry.js';
import { listModelsUsed } from '../../session/models/models-used.js';
import { startSession } from '../../session/session.js';
import type { Job } from '../../session/session-options.js';
import type { Leave } from '../io/invocation.js';
import { approveOnTerminal, askOnTerminal, createConfirmation } from '../plan-review/confirm-plan.js';
import { isLiveTerminal, say, warn } from '../io/console.js';
import type { ExitCode } from '../io/exit-code.js';
import { cancelOnSignals } from '../io/interrupt.js';
import { keepRunningWithoutReader } from '../io/running.js';
import type { RunOptions } from '../args/run-options.js';
import { compareRun } from './compare-run.js';
import { explainRun } from '../traces/explain-run.js';
import { estimatePlan, reportEstimate } from '../../session/budgets/estimate-plan.js';
import { enterAbandonedRuns } from './enter-abandoned.js';
import type { Prepare } from './prepare.js';
import { reportProgress } from '../progress/print-progress.js';
import { pruneAfterRun } from './prune-after-run.js';
import { reportResult } from './report.js';
import { formatReused } from './continue-command.js';
import { isScreenReaderMode } from '../args/screen-reader.js';
import { watchForNotifications } from '../notify/watch-for-notifications.js';
import { loadSettings, warningsOfSettings } from '../args/user-settings.js';

/** Runs without a screen: the result on stdout, a line for each node on stderr unless only the result is wanted. */
export async function runInLines(
  prepare: Prepare,
  options: RunOptions & { planOnly?: boolean; estimate?: boolean; screenReader?: boolean },
  leave: Leave,
): Promise<ExitCode> {
  keepRunningWithoutReader();
  const { signal, release } = cancelOnSignals(leave);
  const settings = loadSettings();
  const { traces, warnings } = settings;
  for (const warning of warnings) warn(warning);
  const prepared = await prepare(warn, signal);
  await enterAbandonedRuns(warn);
  const aloud = isScreenReaderMode(options);
  const isTalking = !options.print && options.outputFormat === 'text';
  const showsLive = isTalking && !aloud && isLiveTerminal();
  const { types, choice, job } = prepared;
  const confirm = createConfirmation(job, {
    yes: options.yes ?? false,
    when: options.confirm ?? settings.confirm,
    types,
    asker: () => askOnTerminal(signal),
    approve: (use) => approveOnTerminal(use, signal),
  });
  // Rules may plan a request for nodes that need no model: then none is mentioned.
  const isLater = job.kind === 'request' && choice.baseUrl !== undefined;
  const nameModel = callOnce(() => {
    if (isTalking) say(modelLine(choice));
  });
  if (!isLater && mayCallModel(job, types)) nameModel();
  if (isTalking && prepared.reused) say(`reused: ${formatReused(prepared.reused)}`);
  const progress = showsLive ? await import('../progress/live-progress.js') : undefined;
  const session = startSession({
    ...prepared,
    warnings: [...warningsOfSettings(settings), ...(prepared.warnings ?? [])],
    signal,
    ...(isTalking ? { echo: new Console(process.stderr) } : {}),
    planOnly: options.planOnly ?? false,
    async confirm(proposal) {
      const { reading, plannedBy } = proposal.plan;
      if (mayCallModel({ kind: 'plan', plan: proposal.plan }, types)) nameModel();
      const readings = aloud ? reading.map((line) => line.replace(' → ', ', with ')) : reading;
      if (isTalking) for (const line of readings) say(`  ${line}`);
      if (isTalking && plannedBy) say(`  ${BY_RULES}`);
      if (isTalking && job.kind === 'request') {
        const estimate = await estimatePlan(proposal.plan.name, choice, proposal.plan.workflow);
        if (estimate) say(`  estimate ${estimate.text}`);
      }
      const agreement = await confirm(proposal);
      live?.knows(agreement.plan.workflow);
      return agreement;
    },
  });
  process.once('exit', session.flushNow);
  await watchForNotifications(session, settings, warn);
  const live = progress?.showProgress(session);
  session.log.subscribe((event) => {
    if (event.type === 'llm.request') nameModel();
  });
  if (isTalking && !live) reportProgress(session, aloud);
  const end = await session.done;
  const streamed = live?.close();
  release();
  pruneAfterRun(end.tracePath, traces);
  if (isTalking && aloud) say(spokenSummary(end.state));
  if (options.planOnly && isTalking && end.state.plans.some(({ plannedBy }) => plannedBy)) say(BY_RULES);
  if (options.planOnly && options.estimate && end.status === 'ok') {
    const json = await reportEstimate(end.state, choice, isTalking ? say : () => {});
    return reportResult(end, { ...options, streamed }, { sentences: [], json });
  }
  const { sentences, json } = await compareRun(end.state);
  const explained = options.outputFormat === 'json' ? (await explainRun(end.state)).json : {};
  return reportResult(end, { ...options, streamed }, { sentences, json: { ...json, ...explained } });
}

/** A function that calls this one the first time only. */
function callOnce(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

/** Told of a plan that a model was not asked for. */
const BY_RULES = 'planned by rules, without a call (--planner model has the model plan)';

/** The line that names the model and why it was chosen. Offline rules are not called a model. */
function modelLine({ provider, model, baseUrl, reason }: ModelChoice): string {
  return `${baseUrl ? `model: ${provider}/${model}` : 'no model: offline rules'} (${reason})`;
}

/** Whether a model may be called: by the planner, by an llm node, or by a node that is not pflow's own. */
function mayCallModel(job: Job, types: Registry): boolean {
  if (job.kind !== 'plan') return true;
  const { workflow, params } = job.plan;
  // The tools of MCP servers do not get the model.
  const isCustom = workflow.nodes.some(
    ({ type }) => !type.startsWith('mcp-') && !builtinTypes.some((each) => each === types.get(type)),
  );
  return isCustom || listModelsUsed(workflow, params, { start: job.resume?.start }).length > 0;
}
