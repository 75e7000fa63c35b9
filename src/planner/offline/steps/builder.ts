import { workflowSchema, type Workflow } from '../../../workflow/format/ir.js';
import type { DiscoveredParam } from '../../plan/answers.js';
import { encodeValue } from '../../plan/planned-values.js';

/** Something that a step has made and that a later one can use. */
export type Value = Readonly<
  {
    /** The verb or the kind of thing that made it, for words that point back. */
    madeBy: string;
  } &
    /** `path` is the file it was read from. */
    (
      | { shape: 'text'; ref: string; path?: string }
      /** The answer to a request: as it came, and as readable text. */
      | { shape: 'page'; ref: string; text: string }
      | { shape: 'number'; ref: string }
      | { shape: 'list'; ref: string }
      /** Paths of files, which steps go over one by one. */
      | { shape: 'paths'; ref: string }
      /** What a batch made: `field` of each of its results, and the way from a result to its file's path. */
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

/** Grows a workflow node by node, in a chain. */
export class WorkflowBuilder {
  readonly #nodes: NewNode[] = [];
  readonly #inputs = new Map<string, { param: DiscoveredParam; value: unknown; stdin?: boolean }>();
  readonly #values: { value: Value; used: boolean; isEffect: boolean }[] = [];

  get nodeTypes(): readonly string[] {
    return this.#nodes.map(({ type, batch }) => (batch ? `${type} (each)` : type));
  }

  get params(): readonly DiscoveredParam[] {
    return [...this.#inputs.values()].filter(({ stdin }) => !stdin).map(({ param }) => param);
  }

  /** An input with this value as its default; the same value in the same role is the same input. Returns its template. */
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

  /** The input that piped text goes to. Returns its template. */
  stdin(): string {
    const description = 'The text that is piped in';
    this.#inputs.set('stdin', {
      param: { name: 'stdin', type: 'string', value: '', description },
      value: undefined,
      stdin: true,
    });
    return '${stdin}';
  }

  /** Adds a node after the last one and returns its id. */
  node(node: NewNode): string {
    const id = uniqueName(node.id, (each) => this.#nodes.some((other) => other.id === each));
    this.#nodes.push({ ...node, id });
    return id;
  }

  made<V extends Value>(value: V): V {
    this.#values.push({ value, used: false, isEffect: false });
    return value;
  }

  /** What was done to the world is the result of a run only if nothing else is, and no word points back to it. */
  done(value: Value): void {
    this.#values.push({ value, used: true, isEffect: true });
  }

  use(value: Value): void {
    for (const made of this.#values) if (made.value === value) made.used = true;
  }

  /** The last value that fits. */
  last(fits: (value: Value) => boolean): Value | undefined {
    return this.#values.findLast(({ value, isEffect }) => !isEffect && fits(value))?.value;
  }

  /** Whether something was done to the world since the last value was made. */
  get endsInEffect(): boolean {
    return this.#values.at(-1)?.isEffect ?? false;
  }

  /** What nothing has used: what the run is for. If all was used, what came last. */
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
