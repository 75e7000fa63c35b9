/** Reads the result of a finished run from its trace. */
import { findMainOutput } from '../../lib/data/main-output.js';
import type { Captured } from '../../trace/event/captured.js';
import { fullValueDeep } from '../../trace/blobs/blob-store.js';
import type { RunState } from '../run/run-state.js';
import { readStoreAt } from './snapshot.js';

/** The result of a run as one captured value, and the output it is, if it is one output. */
export type RunResult = Readonly<{ value: Captured; output: string | undefined }>;

/**
 * The result of a run that finished without an error: the output that it names as its result, otherwise its only output or all
 * of them, and without declared outputs the main output of the last node that wrote something. Undefined for any other run.
 */
export function findResult(state: RunState): RunResult | undefined {
  const { finished } = state;
  if (finished?.status !== 'ok') return undefined;
  const known = results.get(finished);
  if (known) return known.result;
  const result = readResult(state);
  results.set(finished, { result });
  return result;
}

/** The result with every full value that was kept; with `maxNodes`, with those of its first parts. */
export function readFullResult(state: RunState, maxNodes?: number): Captured | undefined {
  const result = findResult(state);
  return (
    result &&
    fullValueDeep(result.value, state.values, maxNodes === undefined ? undefined : { nodes: maxNodes })
  );
}

/** By the last event of a run, after which its result does not change. */
const results = new WeakMap<object, Readonly<{ result: RunResult | undefined }>>();

function readResult(state: RunState): RunResult | undefined {
  const { outputs = {}, result } = state.finished!;
  const names = Object.keys(outputs);
  const output = result?.output ?? (names.length === 1 ? names[0] : undefined);
  if (output !== undefined && Object.hasOwn(outputs, output)) return { value: outputs[output]!, output };
  if (names.length > 0) return { value: outputs, output: undefined };
  return readLastOutput(state);
}

function readLastOutput(state: RunState): RunResult | undefined {
  const plan = state.plans.findLast(({ span }) => span === undefined || state.spans.get(span)?.depth === 0);
  if (!plan) return undefined;
  const store = readStoreAt(state, { seq: Number.POSITIVE_INFINITY });
  const last = plan.nodes.findLast(({ id }) => isFields(store[id]));
  const written = last && store[last.id];
  if (!isFields(written)) return undefined;
  const main = findMainOutput(written);
  if (main === undefined) return { value: written, output: undefined };
  return { value: (written as Fields)[main]!, output: `${last!.id}.${main}` };
}

type Fields = Readonly<Record<string, Captured>>;

function isFields(value: Captured | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('$' in value);
}
