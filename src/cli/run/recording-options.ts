/** Derives how a run or an observed program is recorded, and its limits, from the command line. */
import { say } from '../io/console.js';
import { openRecordedCalls, type RecordedCalls } from '../../session/models/recorded-calls.js';
import { selectLedger } from '../../ledger/files/ledger-files.js';
import { loadPrices } from '../../pricing/table/load-prices.js';
import type { Limits } from '../../runtime/control/run-control.js';
import type { SessionOptions } from '../../session/session-options.js';
import { defaultTraceDir } from '../../trace/files/trace-file-name.js';
import { onExit } from '../io/on-exit.js';
import type { ObserveOptions, RunOptions } from '../args/run-options.js';

type RecordingParts = Pick<
  SessionOptions,
  'prices' | 'env' | 'traceDir' | 'ledger' | 'capture' | 'redact' | 'tags' | 'limits' | 'holdExit'
>;

/** Reads the price files too; `onPriceWarning` receives what is wrong with them. */
export function deriveRecording(
  options: ObserveOptions & Pick<Partial<RunOptions>, 'maxDuration'>,
  onPriceWarning: (message: string) => void,
): RecordingParts {
  const { env } = process;
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) onPriceWarning(warning);
  return {
    prices,
    env,
    traceDir: options.trace === false ? undefined : (options.traceDir ?? defaultTraceDir(env)),
    // The option is true when it is not given: the environment decides then.
    ledger: selectLedger(env, options.ledger === false ? false : undefined),
    capture: options.capture,
    redact: options.redact,
    holdExit: (until) => onExit(() => until),
    ...(options.tag ? { tags: options.tag } : {}),
    ...limitsOf(options),
  };
}

function limitsOf({
  maxCost,
  maxTokens,
  maxDuration,
  stopOnLoop,
}: Pick<Partial<RunOptions>, 'maxCost' | 'maxTokens' | 'maxDuration' | 'stopOnLoop'>): Pick<
  SessionOptions,
  'limits'
> {
  const limits: Limits = {
    ...(maxCost === undefined ? {} : { maxCostUsd: maxCost }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(maxDuration === undefined ? {} : { maxDurationMs: maxDuration * 1000 }),
    ...(stopOnLoop ? { stopOnLoop } : {}),
  };
  return Object.keys(limits).length ? { limits } : {};
}

/** As `openRecordedCalls`. A run of nodes that ask no model leaves a file that looks like a recording and replays nothing. */
export async function startRecording(
  options: Pick<RunOptions, 'record' | 'replay' | 'model'>,
  onWarning: (message: string) => void,
): Promise<RecordedCalls> {
  const recorded = await openRecordedCalls(options, onWarning);
  const { record } = options;
  process.once('exit', () => {
    if (record !== undefined && recorded.countCalls?.() === 0)
      say(`${record} has no calls: the run sent no request to a model.`);
  });
  return recorded;
}
