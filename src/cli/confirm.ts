import { createInterface } from 'node:readline/promises';
import { PflowError } from '../lib/error.js';
import { CONFIRM_DELETE, effectsOf } from '../planner/effects.js';
import type { Plan } from '../planner/plan.js';
import type { Registry } from '../nodes/registry.js';
import type { Job } from '../session/options.js';
import { canAsk, say } from './console.js';

/** What a planned workflow is about to do, for a person to agree to. */
export type Question = Readonly<{ title: string; lines: readonly string[] }>;

/** Puts the question; resolves with whether the answer is yes. */
export type Ask = (question: Question) => Promise<boolean>;

/**
 * Lets a plan through that changes nothing outside the run, or that the person agrees to. Where nobody can be asked it throws,
 * with what the plan would do. What comes back goes into the store: the consent that delete-file asks for.
 */
export async function confirmPlan(
  { workflow, params }: Plan,
  { yes, types, ask }: { yes: boolean; types: Registry; ask: Ask | undefined },
): Promise<Readonly<Record<string, unknown>>> {
  const effects = effectsOf(workflow, types, params);
  const lines = effects.map(({ node, what }) => `${node}: ${what}`);
  const consent = effects.some(({ effect }) => effect === 'deletes') ? { [CONFIRM_DELETE]: true } : {};
  if (yes || lines.length === 0) return consent;
  const title = 'The planned workflow would do this:';
  if (!ask) {
    throw new PflowError('usage', asText({ title, lines }), {
      hint: 'Nothing was run. Add --yes to run it; `pflow plan` shows the whole workflow.',
    });
  }
  if (!(await ask({ title, lines }))) throw new PflowError('cancelled', 'The workflow was not run.');
  return consent;
}

/** Whether nobody has written or saved the workflow that a job runs: a planner made it, now or for the run that it repeats. */
export function isPlanned(job: Job): boolean {
  return job.kind === 'request' || job.plan.origin === 'planned';
}

/** Asks on stderr, where there is a person to answer. */
export function askOnTerminal(signal: AbortSignal): Ask | undefined {
  if (!canAsk()) return undefined;
  return (question) => {
    say(asText(question));
    return askYesNo('Run it?', signal);
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

function asText({ title, lines }: Question): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
