/** Names for classes and nodes of the `pocketflow` package, which have none of their own. */

/** The type name of a class: `FetchPage` and `FetchPageNode` as `fetch-page`. */
export function nameType(className: string): string {
  return kebabCase(className.replace(/(?<=.)Node$/, ''));
}

/** `fetchPage` as `fetch-page`. */
export function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}

/** Gives the nodes of a flow their names: that of the class, with a number where several nodes are of one class. */
export class NodeNames {
  readonly #names = new Map<object, string>();
  readonly #taken: Set<string>;

  /** `flow` is the name of the flow itself. */
  constructor(flow: string) {
    this.#taken = new Set([flow]);
  }

  find(node: object): string {
    const known = this.#names.get(node);
    if (known !== undefined) return known;
    const { type, name } = node.constructor as { type?: unknown; name: string };
    const base = typeof type === 'string' ? type : nameType(name) || 'node';
    let unique = base;
    for (let n = 2; this.#taken.has(unique); n++) unique = `${base}-${n}`;
    this.#taken.add(unique);
    this.#names.set(node, unique);
    return unique;
  }
}
