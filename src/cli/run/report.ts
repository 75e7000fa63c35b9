/** Prints the result or the error of a finished run. */
import { joinHints, messageOf, PflowError } from '../../lib/error.js';
import { deriveWarnings, failsStrict, formatWarning } from '../../profile/analysis/warnings.js';
import { NodeFailure } from '../../runtime/flow/flow.js';
import type { SessionResult } from '../../session/session.js';
import { findPlace } from './error-place.js';
import { printJson, printResult, say, sayError, warn, sayWithLink } from '../io/console.js';
import type { ExitCode } from '../io/exit-code.js';
import { exitCodeOfRun, failedInPlanner } from './run-exit-code.js';
import type { RunOptions } from '../args/run-options.js';
import type { RunComparison } from './compare-run.js';
import { formatContinueCommand, type ContinueOptions } from './continue-command.js';

/** Prints the result on stdout, the error and the path of the trace on stderr. Returns the exit code. */
export function reportResult(
  end: SessionResult,
  options: Pick<RunOptions, 'outputFormat' | 'print' | 'strict'> &
    ContinueOptions & {
      /** The answer that was printed on stdout while it streamed. */
      streamed?: string | undefined;
    },
  { sentences, json }: RunComparison,
): ExitCode {
  const { outputFormat, print } = options;
  const isJson = outputFormat === 'json';
  if (isJson) printJson({ ...end.summary, ...json });
  else if (end.status === 'ok' && (options.streamed === undefined || end.printed !== options.streamed))
    printResult(end.printed);
  if (end.status !== 'ok') sayError(describeFailure(end));
  // Where only the result is wanted, what the run got over by itself is of no interest.
  const warnings = deriveWarnings(end.state).filter((each) => !print || failsStrict(each));
  if (!isJson) for (const warning of warnings) warn(formatWarning(warning));
  if (!isJson && !print)
    for (const { node, command, passed } of end.state.finished?.verified ?? [])
      if (passed)
        say(`verified: ${node === undefined ? 'the result' : `node '${node}'`} passed \`${command}\``);
  if (!isJson && !print) for (const sentence of sentences) say(`compared: ${sentence}`);
  if (end.tracePath && !isJson && !(print && end.status === 'ok'))
    sayWithLink(`trace: ${end.tracePath}`, end.tracePath);
  const command = formatContinueCommand(end, options);
  if (command !== undefined) say(`continue: ${command}`);
  return exitCodeOfRun(end, options);
}

/** The error of a run, with the node that failed. */
function describeFailure(end: Pick<SessionResult, 'error' | 'state'>): unknown {
  const { error } = end;
  if (!(error instanceof NodeFailure)) return error;
  const { cause, node } = error;
  const message = messageOf(cause);
  const hint = joinHints(cause instanceof PflowError ? cause.hint : undefined, error.hint, findPlace(cause));
  const isNamed = failedInPlanner(end) || message.includes(`'${node}'`);
  if (isNamed && error.hint === undefined && hint === undefined) return cause;
  return new PflowError('node_failed', isNamed ? message : `Node '${node}' failed: ${message}`, {
    cause,
    ...(hint ? { hint } : {}),
  });
}
