/** Resolves the templates in a node's parameters. */
import { escapePointerSegment } from '../../lib/data/json-pointer.js';
import { setOwn } from '../../lib/data/own-property.js';
import { INDEX_NAME } from '../../workflow/format/ir-constants.js';
import {
  compileTemplate,
  followPath,
  type CompiledTemplate,
  type Lookup,
} from '../../workflow/format/template.js';
import type { ResolvedParam } from '../contract/observer.js';
import type { Action, Params, RunContext, Runnable, Shared } from '../contract/runnable.js';
import { isNamespace, isSpecialKey, rawStore, findRoot } from '../store/store.js';

export type TemplateOptions = Readonly<{
  /** Unresolved templates stay as text instead of failing. */
  permissive?: boolean;
  /** Parameters passed as written: their templates are meant for another workflow. */
  verbatim?: readonly string[];
  /** Compiles a parameter whose templates are resolved in another way, such as a shell command. */
  compile?: (name: string, value: unknown) => CompiledTemplate | undefined;
  /** Is notified of the resolved parameters; the inner runnable starts when its promise resolves. */
  approve?: (params: Params, context: RunContext) => Promise<void> | undefined;
}>;

/**
 * Changes only the parameters: every `${node.key}` in them is resolved against the store before the inner runnable
 * runs.
 */
export class TemplateAwareWrapper implements Runnable {
  readonly id: string;
  readonly #inner: Runnable;
  readonly #params: readonly (readonly [string, unknown, CompiledTemplate])[];
  readonly #options: TemplateOptions;

  constructor(inner: Runnable, params: Params, options: TemplateOptions = {}) {
    this.id = inner.id;
    this.#inner = inner;
    this.#params = Object.entries(params).map(([name, value]) => [
      name,
      value,
      options.verbatim?.includes(name)
        ? asWritten(value)
        : (options.compile?.(name, value) ?? compileTemplate(value)),
    ]);
    this.#options = options;
  }

  /** Not an async function: a promise that only forwards another one costs as much as resolving the parameters. */
  run(shared: Shared, context: RunContext): Promise<Action> {
    try {
      const inside = { ...context, params: this.#resolve(shared, context) };
      const approved = this.#options.approve?.(inside.params, context);
      return approved
        ? approved.then(() => this.#inner.run(shared, inside))
        : this.#inner.run(shared, inside);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Resolves the parameters and notifies the observer. */
  #resolve(shared: Shared, context: RunContext): Params {
    const params = { ...context.params };
    const resolved: ResolvedParam[] = [];
    for (const [name, source, template] of this.#params) {
      const { value, from } = resolveTemplate(template, shared, this.#options);
      resolved.push(from.length > 0 ? { name, template: source, value, from } : { name, value });
      setOwn(params, name, value);
    }
    if (resolved.length > 0) context.observer.params(resolved);
    return params;
  }
}

/** The value of a template, and the JSON Pointers of the store keys it was read from. */
export function resolveTemplate(
  template: CompiledTemplate,
  shared: Shared,
  options: TemplateOptions = {},
): { value: unknown; from: readonly string[] } {
  const from: string[] = [];
  const noteRead = (pointer: string) => {
    if (!from.includes(pointer)) from.push(pointer);
  };
  return { value: template.render(storeLookup(findRoot(shared), noteRead), options), from };
}

function asWritten(value: unknown): CompiledTemplate {
  return { references: [], render: () => value };
}

/**
 * Resolves a path in the store: its first step is a root key or a node, whose second step is then one of its outputs.
 */
function storeLookup(view: Shared, read: (pointer: string) => void): Lookup {
  const root = rawStore(view);
  return ([first, second, ...rest], { replaceable = false } = {}) => {
    const key = String(first);
    if ((isSpecialKey(key) && key !== INDEX_NAME) || !(key in root))
      return {
        found: false,
        hint: `It has: ${list(Object.keys(root).filter((each) => !isSpecialKey(each)))}.`,
      };
    const value = view[key];
    if (!isNamespace(value) || second === undefined) {
      read(escapePointerSegment(key));
      return followPath(value, second === undefined ? [] : [second, ...rest]);
    }
    const output = String(second);
    if (replaceable && output !== 'error' && hasFailed(value))
      return { found: false, hint: `Node '${key}' failed.` };
    if (!Object.hasOwn(value, output))
      return { found: false, hint: `Node '${key}' has written: ${list(Object.keys(value))}.` };
    read(escapePointerSegment(key) + escapePointerSegment(output));
    return followPath(value[output], rest);
  };
}

/** Whether a node's last visit failed: `error` is then in its namespace, next to outputs written before. */
function hasFailed(namespace: Shared): boolean {
  return Object.hasOwn(namespace, 'error') && namespace['error'] !== null && namespace['error'] !== undefined;
}

function list(names: readonly string[]): string {
  return names.length ? names.join(', ') : 'nothing';
}
