import { createInterface } from 'node:readline/promises';
import { PflowError } from '../../lib/error.js';
import { CONFIRM_DELETE, effectsOf } from '../../planner/plan/effects.js';
import type { Plan } from '../../planner/plan/planner-state.js';
import type { Registry } from '../../nodes/registry.js';
import type { Agreement, Job, SessionOptions } from '../../session/session-options.js';
import { canAsk, say } from '../io/console.js';

/**
 * How the plan of a job is agreed to. Where a plan would change something and nobody can be asked, it throws with what the plan
 * would do.
 */
export function confirmation(job: Job, options: ConfirmOptions): NonNullable<SessionOptions['confirm']> {
  return async ({ plan, record }) => {
    if (!isPlanned(job)) return { plan, consent: {} };
    const { yes, when, types, asker } = options;
    const effects = effectsOf(plan.workflow, types, plan.params);
    const ask = asker();
    if (yes || (effects.length === 0 && (when === 'effects' || !ask))) return agreedTo(plan, types);
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
    return agreedTo(agreed, types);
  };
}

/**
 * Has a person decide about a plan that would change something. Resolves with what is to run: the plan, or what they made of
 * it; undefined is no.
 */
export type Ask = (plan: Plan, effects: readonly string[]) => Promise<Plan | undefined>;

/** When a planned workflow waits for a person: where it changes something outside the run, or always. */
export type ConfirmWhen = 'effects' | 'always';

export type ConfirmOptions = Readonly<{
  /** Whether a plan that changes things runs without a question. */
  yes: boolean;
  when: ConfirmWhen;
  types: Registry;
  /** Whom to ask, at the time when there is a question; undefined where nobody is there. */
  asker: () => Ask | undefined;
}>;

/** To agree to a plan that deletes is the consent that delete-file asks for in the store. */
function agreedTo(plan: Plan, types: Registry): Agreement {
  const deletes = effectsOf(plan.workflow, types, plan.params).some(({ effect }) => effect === 'deletes');
  return { plan, consent: deletes ? { [CONFIRM_DELETE]: true } : {} };
}

/** Whether nobody has written or saved the workflow that a job runs: a planner made it, now or for the run that it repeats. */
function isPlanned(job: Job): boolean {
  return job.kind === 'request' || (job.kind === 'plan' && job.plan.origin === 'planned');
}

/** Asks on stderr, where there is a person to answer. */
export function askOnTerminal(signal: AbortSignal): Ask | undefined {
  if (!canAsk()) return undefined;
  return async (plan, effects) => {
    say(asText(effects));
    return (await askYesNo('Run it?', signal)) ? plan : undefined;
  };
}

/** Asks a question whose answer is no unless it is yes. */
export async function askYesNo(question: string, signal?: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is read Ctrl-C is a key: it becomes the signal again that it stands for.
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
