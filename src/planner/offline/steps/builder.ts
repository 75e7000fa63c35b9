/** Builds a workflow node by node. */

import { workflowSchema, type Workflow } from '../../../workflow/format/ir.js';
import type { DiscoveredParam } from '../../plan/answers.js';
import { encodeValue } from '../../plan/planned-values.js';

/** A result that later steps can use. */
export type Value = Readonly<
  {
    /** The verb or kind of its producer, for references. */
    madeBy: string;
  } &
    /** `path` is the source file. */
    (
      | { shape: 'text'; ref: string; path?: string }
      /** An HTTP response: raw, and as readable text. */
      | { shape: 'page'; ref: string; text: string }
      | { shape: 'number'; ref: string }
      | { shape: 'list'; ref: string }
      /** Paths of files to iterate over. */
      | { shape: 'paths'; ref: string }
      /** The results of a batch: `field` of each, and the path from a result to its file name. */
      | { shape: 'each'; node: string; field: string; label: string; kind: 'text' | 'list' | 'number' }
    )
>;

export type NewNode = Readonly<{
  id: string;
  type: string;
  purpose: string;
  params: Record<string, unknown>;
  batch?: { items: string; as: string };
}>;

/** Builds a chain of nodes. */
export class WorkflowBuilder {
  readonly #nodes: NewNode[] = [];
  readonly #inputs = new Map<string, { param: DiscoveredParam; value: unknown; stdin?: boolean }>();
  readonly #values: { value: Value; used: boolean; isEffect: boolean }[] = [];

  /** Whether standard input is piped. */
  readonly isPiped: boolean;

  constructor(isPiped = false) {
    this.isPiped = isPiped;
  }

  get nodeTypes(): readonly string[] {
    return this.#nodes.map(({ type, batch }) => (batch ? `${type} (each)` : type));
  }

  get params(): readonly DiscoveredParam[] {
    return [...this.#inputs.values()].filter(({ stdin }) => !stdin).map(({ param }) => param);
  }

  /** Adds an input with this default; an equal value in the same role reuses the input. Returns its template. */
  input(role: string, value: string | number | readonly string[], description: string): string {
    const encoded = encodeValue(value);
    const name = uniqueName(role, (each) => {
      const taken = this.#inputs.get(each);
      return taken !== undefined && taken.param.value !== encoded;
    });
    const type = typeof value === 'number' ? 'number' : typeof value === 'string' ? 'string' : 'array';
    this.#inputs.set(name, { param: { name, type, value: encoded, description }, value });
    return `\${${name}}`;
  }

  /** Adds the stdin input. Returns its template. */
  stdin(): string {
    const description = 'The text that is piped in';
    this.#inputs.set('stdin', {
      param: { name: 'stdin', type: 'string', value: '', description },
      value: undefined,
      stdin: true,
    });
    return '${stdin}';
  }

  /** Appends a node and returns its id. */
  node(node: NewNode): string {
    const id = uniqueName(node.id, (each) => this.#nodes.some((other) => other.id === each));
    this.#nodes.push({ ...node, id });
    return id;
  }

  /** The type of a node. */
  typeOf(node: string): string | undefined {
    return this.#nodes.find(({ id }) => id === node)?.type;
  }

  made<V extends Value>(value: V): V {
    this.#values.push({ value, used: false, isEffect: false });
    return value;
  }

  /** A side effect is the result of the run only without any other result, and cannot be referenced. */
  done(value: Value): void {
    this.#values.push({ value, used: true, isEffect: true });
  }

  use(value: Value): void {
    for (const made of this.#values) if (made.value === value) made.used = true;
  }

  /** The most recent matching result. */
  last(fits: (value: Value) => boolean): Value | undefined {
    return this.#values.findLast(({ value, isEffect }) => !isEffect && fits(value))?.value;
  }

  /** Whether a side effect followed the last result. */
  get endsInEffect(): boolean {
    return this.#values.at(-1)?.isEffect ?? false;
  }

  /** The unused results, which are the outputs of the run; the last one if all were used. */
  results(): Value[] {
    const open = this.#values.filter(({ used }) => !used);
    return (open.length > 0 ? open : this.#values.slice(-1)).map(({ value }) => value);
  }

  build(outputs: Workflow['outputs']): Workflow {
    const inputs = [...this.#inputs].map(([name, { param, value, stdin }]) => {
      const { type, description } = param;
      return [
        name,
        stdin ? { type, description, stdin } : { type, description, required: false, default: value },
      ];
    });
    const edges = this.#nodes.slice(1).map(({ id }, i) => ({ from: this.#nodes[i]!.id, to: id }));
    const batched = this.#nodes.map((node) =>
      node.batch ? { ...node, batch: { ...node.batch, parallel: true } } : node,
    );
    return workflowSchema.parse({ inputs: Object.fromEntries(inputs), nodes: batched, edges, outputs });
  }
}

function uniqueName(base: string, taken: (name: string) => boolean): string {
  let name = base;
  for (let count = 2; taken(name); count++) name = `${base}_${count}`;
  return name;
}
