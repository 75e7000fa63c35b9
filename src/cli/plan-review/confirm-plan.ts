/** Asks the user before a planned workflow with effects runs. */
import { createInterface } from 'node:readline/promises';
import type { DataUse } from '../../compile/data-uses.js';
import { PflowError } from '../../lib/error.js';
import { CONFIRM_DELETE, effectsOf } from '../../planner/plan/effects.js';
import type { Plan } from '../../planner/plan/planner-state.js';
import type { Registry } from '../../nodes/registry.js';
import type { Agreement, Job, SessionOptions } from '../../session/session-options.js';
import { canAsk, say } from '../io/console.js';

/**
 * Makes the confirmation callback of a session. If a plan has effects and the user cannot be prompted, it throws with a list of
 * the effects.
 */
export function createConfirmation(
  job: Job,
  options: ConfirmOptions,
): NonNullable<SessionOptions['confirm']> {
  return async ({ plan, record }) => {
    const { yes, when, types, asker, review = false } = options;
    if (!isPlanned(job) && !review) return { plan, consent: {} };
    const effects = effectsOf(plan.workflow, types, plan.params);
    const ask = asker();
    if (yes) return agreedTo(plan, types);
    const approve = options.approve;
    if (effects.length === 0 && ((when === 'effects' && !review) || !ask))
      return { ...agreedTo(plan, types), approve };
    const lines = effects.map(({ node, what }) => `${node}: ${what}`);
    if (!ask)
      throw new PflowError('usage', asText(lines), {
        hint: 'Nothing was run. Add --yes to run it; `pflow plan` prints the workflow.',
      });
    record('asked');
    const agreed = await ask(plan, lines);
    record('answered', agreed === undefined ? 'cancel' : agreed === plan ? 'run' : 'run as edited');
    if (agreed === undefined)
      throw new PflowError('cancelled', 'The workflow was not run.', {
        hint: 'Its plan is in the trace: `pflow rerun latest` runs it, `pflow workflow save <name> --from latest` saves it.',
      });
    return { ...agreedTo(agreed, types), approve };
  };
}

/** Asks the user about a plan. Resolves with the plan to run, possibly edited, or undefined to cancel. */
export type Ask = (plan: Plan, effects: readonly string[]) => Promise<Plan | undefined>;

/** Which planned workflows are confirmed: those with effects outside the run, or all. */
export type ConfirmWhen = 'effects' | 'always';

export type ConfirmOptions = Readonly<{
  /** Whether plans run without confirmation. */
  yes: boolean;
  when: ConfirmWhen;
  /** Whether any workflow is confirmed, not only a planned one. */
  review?: boolean;
  types: Registry;
  /** Returns the prompt to use when there is a question; undefined if the user cannot be prompted. */
  asker: () => Ask | undefined;
  /** Asks about what a node of a plan does with data, once that is known. */
  approve: NonNullable<Agreement['approve']>;
}>;

/** Confirming a plan that deletes files sets the consent that delete-file requires in the store. */
function agreedTo(plan: Plan, types: Registry): Agreement {
  const deletes = effectsOf(plan.workflow, types, plan.params).some(({ effect }) => effect === 'deletes');
  return { plan, consent: deletes ? { [CONFIRM_DELETE]: true } : {} };
}

/** Whether the workflow of a job was made by a planner, now or in the run that is repeated, rather than by the user. */
function isPlanned(job: Job): boolean {
  return job.kind === 'request' || (job.kind === 'plan' && job.plan.origin === 'planned');
}

/** Prompts on stderr if the user can be prompted. */
export function askOnTerminal(signal: AbortSignal): Ask | undefined {
  if (!canAsk()) return undefined;
  return async (plan, effects) => {
    say(asText(effects));
    return (await askYesNo('Run it?', signal)) ? plan : undefined;
  };
}

/** Asks on the terminal about what a node is about to do with data. Throws a PflowError if the user cannot be prompted. */
export async function approveOnTerminal({ node, lines }: DataUse, signal: AbortSignal): Promise<boolean> {
  const all = lines.map((line) => `  ${node}: ${line}`).join('\n');
  if (!canAsk()) {
    throw new PflowError('usage', `A planned step depends on data:\n${all}`, {
      hint: 'It was not run. Add --yes to run such steps without confirmation.',
    });
  }
  say(`This step depends on data:\n${all}`);
  return askYesNo('Run it?', signal);
}

/** Asks a yes/no question; the default is no. */
export async function askYesNo(question: string, signal?: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline consumes Ctrl-C: send the signal on.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await terminal.question(`${question} [y/N] `, signal ? { signal } : {});
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function asText(effects: readonly string[]): string {
  if (effects.length === 0) return 'The planned workflow has no effects outside the run.';
  return ['The planned workflow has these effects:', ...effects.map((line) => `  ${line}`)].join('\n');
}
