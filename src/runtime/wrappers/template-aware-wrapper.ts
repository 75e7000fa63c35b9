import { compileTemplate, followPath, type CompiledTemplate, type Lookup } from '../../workflow/template.js';
import type { ResolvedParam } from '../observer.js';
import type { Action, Params, RunContext, Runnable, Shared } from '../runnable.js';
import { isNamespace, isSpecialKey, rootOf } from '../store.js';
import { pointer } from '../store-recorder.js';

export type TemplateOptions = Readonly<{
  /** An unresolved template stays as text instead of failing. */
  permissive?: boolean;
}>;

/** Changes the parameters only: every `${node.key}` in them is resolved against the store before the inner runnable runs. */
export class TemplateAwareWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #params: readonly (readonly [string, unknown, CompiledTemplate])[];
  readonly #options: TemplateOptions;

  constructor(inner: Runnable, params: Params, options: TemplateOptions = {}) {
    this.id = inner.id;
    this.#inner = inner;
    this.#params = Object.entries(params).map(([name, value]) => [name, value, compileTemplate(value)]);
    this.#options = options;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const params: Record<string, unknown> = { ...context.params };
    const resolved: Record<string, ResolvedParam> = {};
    for (const [name, source, template] of this.#params) {
      const { value, from } = resolveTemplate(template, shared, this.#options);
      params[name] = value;
      resolved[name] = from.length ? { template: source, value, from } : { value };
    }
    if (this.#params.length) context.observer.params(resolved);
    return this.#inner.run(shared, { ...context, params });
  }
}

/** A template's value over the store, and the JSON Pointers of the keys it was read from. */
export function resolveTemplate(
  template: CompiledTemplate,
  shared: Shared,
  options: TemplateOptions = {},
): { value: unknown; from: readonly string[] } {
  const from = new Set<string>();
  const value = template.render(
    storeLookup(rootOf(shared), (key) => from.add(key)),
    options,
  );
  return { value, from: [...from] };
}

/** Looks a path up in the store: its first step is a root key or a node, whose second step is then an output of it. */
function storeLookup(root: Shared, read: (pointer: string) => void): Lookup {
  return ([first, second, ...rest]) => {
    const key = String(first);
    if (isSpecialKey(key) || !(key in root))
      return {
        found: false,
        hint: `It has: ${list(Object.keys(root).filter((each) => !isSpecialKey(each)))}.`,
      };
    const value = root[key];
    if (!isNamespace(value) || second === undefined) {
      read(pointer(key));
      return followPath(value, second === undefined ? [] : [second, ...rest]);
    }
    const output = String(second);
    if (!Object.hasOwn(value, output))
      return { found: false, hint: `Node '${key}' has put there: ${list(Object.keys(value))}.` };
    read(pointer(key) + pointer(output));
    return followPath(value[output], rest);
  };
}

function list(names: readonly string[]): string {
  return names.length ? names.join(', ') : 'nothing';
}
