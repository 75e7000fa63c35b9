/** Checks ids, edges, reachability and loops of a workflow graph. */

import type { NodeCatalogue } from '../format/type-catalogue.js';
import { endlessProblems } from './check-endless.js';
import type { Workflow, WorkflowEdge } from '../format/ir.js';
import { errorActionOf } from './repetition.js';
import type { Problem } from '../format/problem.js';
import { didYouMean } from '../format/schema-problems.js';

/** The actions of every node: success, and failure when it throws. */
const COMMON_ACTIONS = ['default', 'error'];

/** Checks the graph: ids, edges, the start node, unreachable nodes, endless loops. */
export function graphProblems(workflow: Workflow, types: NodeCatalogue): Problem[] {
  const edges = edgeProblems(workflow, types);
  const start = startProblems(workflow);
  const ids = idProblems(workflow);
  // With invalid ids or edges, further checks would only produce noise. An end that is not text is
  // reported with the schema.
  const known = new Set(workflow.nodes.map(({ id }) => id));
  const connected =
    ids.length + edges.length + start.length === 0 &&
    workflow.edges.every(({ from, to }) => known.has(from) && known.has(to));
  return [
    ...ids,
    ...edges,
    ...start,
    ...(connected ? [...unreachableProblems(workflow), ...endlessProblems(workflow, types)] : []),
  ];
}

/** Answers which nodes can finish before another one starts: those with a path to it. */
export class Precedence {
  readonly #index = new Map<string, number>();
  readonly #incoming: number[][];
  readonly #seen: Uint32Array;
  #round = 0;
  #target = -1;

  constructor({ nodes, edges }: Workflow) {
    for (const [i, { id }] of nodes.entries()) if (!this.#index.has(id)) this.#index.set(id, i);
    this.#incoming = nodes.map(() => []);
    this.#seen = new Uint32Array(nodes.length);
    for (const { from, to } of edges) {
      const [source, target] = [this.#index.get(from), this.#index.get(to)];
      if (source !== undefined && target !== undefined) this.#incoming[target]!.push(source);
    }
  }

  /** Whether a path leads from `first` to `second`. Consecutive queries with one `second` share a traversal. */
  canPrecede(first: string, second: string): boolean {
    const [source, target] = [this.#index.get(first), this.#index.get(second)];
    if (source === undefined || target === undefined) return true;
    if (target !== this.#target) this.#walkBack(target);
    return this.#seen[source] === this.#round;
  }

  #walkBack(target: number): void {
    this.#target = target;
    this.#round++;
    const open = [target];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const source of this.#incoming[node]!) {
        if (this.#seen[source] === this.#round) continue;
        this.#seen[source] = this.#round;
        open.push(source);
      }
    }
  }
}

function idProblems({ nodes, inputs, enable_namespacing: namespaced }: Workflow): Problem[] {
  const first = new Map<string, number>();
  return nodes.flatMap(({ id }, i): Problem[] => {
    const path = `nodes[${i}].id`;
    const taken = first.get(id);
    if (!first.has(id)) first.set(id, i);
    if (id === '') return [];
    if (taken !== undefined)
      return [
        { path, message: `'${id}' is already the id of nodes[${taken}]. Every node needs an id of its own.` },
      ];
    if (isReserved(id))
      return [{ path, message: `'${id}' is reserved: names of the form __x__ belong to the runtime.` }];
    if (namespaced && Object.hasOwn(inputs, id)) {
      return [
        {
          path,
          message: `'${id}' is also the name of an input, so \${${id}} could mean either. Rename one of them.`,
        },
      ];
    }
    return [];
  });
}

/** Reserved names. */
export function isReserved(name: string): boolean {
  return /^__.*__$/.test(name);
}

function edgeProblems(workflow: Workflow, types: NodeCatalogue): Problem[] {
  const typeOf = new Map(workflow.nodes.map(({ id, type }) => [id, type]));
  const errors = new Map(workflow.nodes.map((node) => [node.id, errorActionOf(node)]));
  const taken = new Map<string, number>();
  return workflow.edges.flatMap((edge, i) => {
    const key = JSON.stringify([edge.from, edge.action]);
    const other = taken.get(key);
    if (other === undefined) taken.set(key, i);
    return [
      ...endProblems(edge, i, typeOf),
      ...(other === undefined ? [] : [doubleEdge(workflow.edges, i, other)]),
      ...(errors.get(edge.from) === edge.action ? [] : actionProblems(edge, i, typeOf.get(edge.from), types)),
    ];
  });
}

function endProblems(edge: WorkflowEdge, i: number, typeOf: ReadonlyMap<string, string>): Problem[] {
  return (['from', 'to'] as const)
    .filter((end) => edge[end] !== '' && !typeOf.has(edge[end]))
    .map((end) => ({ path: `edges[${i}].${end}`, ...noSuchNode(edge[end], typeOf.keys()) }));
}

function doubleEdge(edges: readonly WorkflowEdge[], i: number, other: number): Problem {
  const { from, action } = edges[i]!;
  const first = `edges[${other}], to '${edges[other]!.to}'`;
  const message = `node '${from}' already has an edge for the action '${action}' (${first}). An action leads to one node.`;
  return { path: `edges[${i}].action`, message };
}

function actionProblems(
  { from, action }: WorkflowEdge,
  i: number,
  type: string | undefined,
  types: NodeCatalogue,
): Problem[] {
  const signature = type === undefined ? undefined : types.get(type);
  if (!signature || signature.anyAction || action === '') return [];
  const possible = [...new Set([...COMMON_ACTIONS, ...signature.actions])];
  if (possible.includes(action)) return [];
  const message = `node '${from}' (${type}) never ends with '${action}'. It ends with: ${possible.join(', ')}.`;
  return [{ path: `edges[${i}].action`, message, ...didYouMean(action, possible) }];
}

function startProblems({ nodes, start_node: start }: Workflow): Problem[] {
  if (start === undefined || nodes.some(({ id }) => id === start)) return [];
  return [
    {
      path: 'start_node',
      ...noSuchNode(
        start,
        nodes.map(({ id }) => id),
      ),
    },
  ];
}

function unreachableProblems({ nodes, edges, start_node: start }: Workflow): Problem[] {
  const next = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) next.get(from)?.push(to);
  const first = start ?? nodes[0]?.id;
  const reached = new Set(first === undefined ? [] : [first]);
  for (const id of reached) for (const to of next.get(id) ?? []) reached.add(to);
  return nodes.flatMap(({ id }, i) => {
    if (id === '' || reached.has(id)) return [];
    return [
      {
        path: `nodes[${i}]`,
        message: `no path of edges leads from '${first}' to '${id}', so it would never run. Add an edge to it or remove it.`,
      },
    ];
  });
}

const MOST_NAMED = 12;

function noSuchNode(id: string, ids: Iterable<string>): Omit<Problem, 'path'> {
  const known = [...new Set(ids)].filter(Boolean);
  const some =
    known.slice(0, MOST_NAMED).join(', ') +
    (known.length > MOST_NAMED ? ` and ${known.length - MOST_NAMED} more` : '');
  const near = didYouMean(id, known);
  return { message: `there is no node '${id}'.${near.hint ? '' : ` There are: ${some}.`}`, ...near };
}
