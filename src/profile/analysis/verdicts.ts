/** Reads the verdicts of the user's commands on the answers of a run. */
import type { RunState } from '../run/run-state.js';
import { findNodePath } from '../run/span-tree.js';

/** Whether the answer of a node, or without one the run's result, passed; undefined if it was not verified. */
export function findVerdict({ finished }: Pick<RunState, 'finished'>, node?: string): boolean | undefined {
  const own = finished?.verified?.filter((each) => each.node === node) ?? [];
  return own.length > 0 ? own.every(({ passed }) => passed) : undefined;
}

/** The verdict that a call belongs to: that on the innermost node around it which was verified, else that on the run. */
export function findCallVerdict(
  state: RunState,
  span: number,
): Readonly<{ node?: string; passed: boolean }> | undefined {
  if (!state.finished?.verified) return undefined;
  const path = findNodePath(state, span);
  for (let length = path.length; length > 0; length--) {
    const node = path.slice(0, length).join('/');
    const passed = findVerdict(state, node);
    if (passed !== undefined) return { node, passed };
  }
  const passed = findVerdict(state);
  return passed === undefined ? undefined : { passed };
}
