/** Lists the paths of a run's store that its workflow reads: in templates, conditions and outputs. */
import { parsePointer } from '../../lib/data/json-pointer.js';
import { fullValueDeep } from '../../trace/blobs/blob-store.js';
import type { Captured } from '../../trace/event/captured.js';
import type { RunState } from '../../profile/run/run-state.js';

/** The steps of a path; `*` is any step. */
export type ReadPath = readonly string[];

/** Fields of the IR whose texts are read as paths without `${…}` too. */
const CONDITIONS: ReadonlySet<string> = new Set(['source', 'while', 'until', 'carry', 'items', 'outputs']);

/**
 * Every path that the workflow of a run and its nested ones could read, also in branches that were not taken. Undefined where
 * that is not known: without a plan, with nodes whose code gets the store, and for a plan that is truncated in the trace.
 */
export function listReadPaths(state: RunState): readonly ReadPath[] | undefined {
  const { plans } = state;
  if (plans.length === 0 || state.started?.foreign) return undefined;
  const reads: ReadPath[] = [];
  for (const plan of plans) {
    if (plan.nodes.some((node) => node.readsStore)) return undefined;
    const ir = fullValueDeep(plan.ir, state.values);
    if (!isFields(ir) || !collectPaths(ir, undefined, reads)) return undefined;
    // Without declared outputs the result is what the last node that wrote something wrote: any of them.
    const outputs = (ir as Fields)['outputs'];
    if (plan.span === undefined && !(isFields(outputs) && Object.keys(outputs).length > 0))
      reads.push(...plan.nodes.slice(-1).map(({ id }) => [id]));
  }
  for (const { resolved } of state.spans.values())
    for (const { from = [] } of Object.values(resolved?.params ?? {})) reads.push(...from.map(parsePointer));
  return unique(reads);
}

/** Appends the paths in a captured value; false if a part of it is truncated or shares the store of another workflow. */
function collectPaths(value: Captured, key: string | undefined, paths: ReadPath[]): boolean {
  if (typeof value === 'string') {
    if (key === 'storage_mode' && value === 'shared') return false;
    paths.push(...(key !== undefined && CONDITIONS.has(key) ? parsePaths(value) : parseTemplates(value)));
    return true;
  }
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((each: Captured) => collectPaths(each, key, paths));
  if ('$' in value) return false;
  return Object.entries(value as Fields).every(([name, each]) =>
    collectPaths(each, key !== undefined && CONDITIONS.has(key) ? key : name, paths),
  );
}

/** The paths within the `${…}` of a text. */
function parseTemplates(text: string): ReadPath[] {
  return text.split('${').slice(1).flatMap(parsePaths);
}

const PATH = /[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+|\[[^\]]*\])*/gu;

/** Everything in a text that has the form of a path, such as `node.items[0].name`. */
function parsePaths(text: string): ReadPath[] {
  const paths = text.match(PATH) ?? [];
  return paths.map((path) =>
    path
      .replaceAll(/\[([^\]]*)\]/g, (_match, index: string) => (/^\d+$/.test(index) ? `.${index}` : '.*'))
      .split('.'),
  );
}

/** Fields of a captured object. */
export type Fields = Readonly<Record<string, Captured>>;

/** Whether a captured value is an object whose fields are all there. */
export function isFields(value: Captured | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('$' in value);
}

function unique(paths: readonly ReadPath[]): ReadPath[] {
  return [...new Map(paths.map((path) => [path.join('\0'), path])).values()];
}
