/** Judges the answers of a run with commands of the user, before the run is recorded as finished. */
import { PflowError } from '../../lib/error.js';
import type { MetricsCollector } from '../../metrics/collector.js';
import type { EventOf } from '../../trace/event/event.js';
import type { Redactor } from '../../trace/redact/redact.js';
import { verifyAnswer } from './verify-answer.js';

/** A command that judges the result of the run, or the main output of a node. */
export type Verification = Readonly<{ node?: string; command: string }>;

/** A verdict as the trace has it. */
export type Verified = NonNullable<EventOf<'run.finished'>['verified']>[number];

/**
 * Runs the commands in their order. `answerOf` gives the main output of a node, or the result; undefined for a node that gave
 * none, which is no verdict. The time counts as waiting: it is not the run's own. Rejects with a PflowError without a shell.
 */
export async function verifyRun(
  verifications: readonly Verification[],
  answerOf: (node: string | undefined) => unknown,
  {
    collector,
    redactor,
    signal,
  }: Readonly<{ collector: MetricsCollector; redactor: Redactor; signal?: AbortSignal }>,
): Promise<Verified[]> {
  const verified: Verified[] = [];
  collector.emit({ type: 'control.changed', change: 'wait-started', cause: 'verify' });
  try {
    for (const { node, command } of verifications) {
      const answer = answerOf(node);
      if (answer === undefined) continue;
      const { passed, code, says, ms } = await verifyAnswer(command, answer, signal);
      verified.push({
        ...(node === undefined ? {} : { node }),
        command: redactor.text(command),
        passed,
        code,
        ms: Math.round(ms),
        ...(says === '' ? {} : { says: redactor.text(says.slice(0, MOST_SAID)) }),
      });
    }
  } finally {
    collector.emit({ type: 'control.changed', change: 'wait-finished', cause: 'verify' });
  }
  return verified;
}

/** Characters of the command's first line that are kept. */
const MOST_SAID = 500;

/** Throws a PflowError `usage` if a node to verify is not in the workflow. */
export function requireNodes(verifications: readonly Verification[], ids: readonly string[]): void {
  const missing = verifications.find(({ node }) => node !== undefined && !ids.includes(node));
  if (missing)
    throw new PflowError('usage', `--verify-node: the workflow has no node '${missing.node}'.`, {
      hint: `It has: ${ids.join(', ')}.`,
    });
}
