import type { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { BaseNode, type RetryOptions } from '../../runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../runtime/contract/runnable.js';
import { convertParam } from '../../workflow/format/convert-param.js';
import { formatProblem } from '../../workflow/format/problem.js';
import { issueProblems } from '../../workflow/format/schema-problems.js';
import { kindOfValue } from '../../workflow/format/schema-path.js';
import { checkFields } from './field-schemas.js';
import type { Effect, NodeType } from './node-type.js';

/** What a node's own code is handed: its parameters, typed by their schema, and what the run offers. */
export type NodeWork<Params> = Readonly<
  { id: string; params: Params } & Pick<RunContext, 'signal' | 'llm' | 'log' | 'visit'>
>;

/** A node type as it is written down. Every field of `params` and `outputs` carries a `describe`. */
export type NodeDefinition<P extends z.ZodObject, O extends z.ZodObject, Prepared> = Readonly<{
  type: string;
  description: string;
  params: P;
  outputs: O;
  /** The actions it can end with besides `default`. */
  actions?: readonly Action[];
  /** Whether it can end with any other action too: what it runs says which. */
  anyAction?: boolean;
  /** What it does to the world; nothing means that it only computes. */
  effects?: readonly Effect[];
  /** The effects of one use of it, where they depend on the parameters as the workflow gives them. */
  effectsOf?: (params: Readonly<Record<string, unknown>>) => readonly Effect[];
  /** Parameters that are handed over as they are written: a `${…}` in them is not a template. */
  verbatim?: readonly (keyof P['shape'] & string)[];
  retries?: RetryOptions;
  /** Reads from the store what exec needs besides the parameters. */
  prep?: (work: NodeWork<z.output<P>> & { shared: Shared }) => Prepared | Promise<Prepared>;
  /** Does the work without the store and returns the outputs. A failure is a throw: the "error" action follows from it. */
  exec: (work: NodeWork<z.output<P>> & { prepared: Prepared }) => z.input<O> | Promise<z.input<O>>;
  /** Names the action, after the outputs were written to the node's namespace. */
  post?: (
    work: NodeWork<z.output<P>> & { shared: Shared; prepared: Prepared; outputs: z.input<O> },
  ) => Action | void | Promise<Action | void>;
}>;

/**
 * Makes a node type from a definition. Parameters are checked against their schema when the node begins, templates resolved and
 * defaults filled in; what exec returns is written to the store key by key. The code runs in pflow's own process: a node that is
 * cancelled or out of time leaves behind what does not listen to `signal`, and calling process.exit or leaving an error that nothing
 * catches ends the run. What may do either belongs into a command.
 *
 * @example
 * defineNode({
 *   type: 'shout',
 *   description: 'Makes text loud.',
 *   params: z.object({ text: z.string().describe('What to shout') }),
 *   outputs: z.object({ loud: z.string().describe('The text in capitals') }),
 *   exec: ({ params }) => ({ loud: params.text.toUpperCase() }),
 * });
 */
export function defineNode<P extends z.ZodObject, O extends z.ZodObject, Prepared = undefined>(
  definition: NodeDefinition<P, O, Prepared>,
): NodeType {
  const { type, description, params, outputs, actions = [], anyAction, effects = [], effectsOf } = definition;
  const { verbatim } = definition;
  checkFields(type, 'params', params);
  checkFields(type, 'outputs', outputs);
  const create = (id: string) => new DefinedNode(id, definition);
  return {
    type,
    description,
    params,
    outputs,
    actions,
    ...(anyAction ? { anyAction } : {}),
    effects,
    ...(effectsOf ? { effectsOf } : {}),
    ...(verbatim ? { verbatim } : {}),
    create,
  };
}

type Ready<Params, Prepared> = Readonly<{ params: Params; prepared: Prepared }>;

class DefinedNode<P extends z.ZodObject, O extends z.ZodObject, Prepared> extends BaseNode<
  Ready<z.output<P>, Prepared>,
  z.input<O>
> {
  readonly #definition: NodeDefinition<P, O, Prepared>;

  constructor(id: string, definition: NodeDefinition<P, O, Prepared>) {
    super(id, definition.retries);
    this.#definition = definition;
  }

  override async prep(shared: Shared, context: RunContext): Promise<Ready<z.output<P>, Prepared>> {
    const params = await parseParams(this.#definition, context.params);
    const prepared = await this.#definition.prep?.({ ...this.#work(params, context), shared });
    return { params, prepared: prepared as Prepared };
  }

  override exec(
    { params, prepared }: Ready<z.output<P>, Prepared>,
    context: RunContext,
  ): z.input<O> | Promise<z.input<O>> {
    return this.#definition.exec({ ...this.#work(params, context), prepared });
  }

  override post(
    shared: Shared,
    { params, prepared }: Ready<z.output<P>, Prepared>,
    result: z.input<O>,
    context: RunContext,
  ) {
    const outputs = outputsIn(result, this.#definition.type);
    for (const [key, value] of Object.entries(outputs)) if (value !== undefined) shared[key] = value;
    return this.#definition.post?.({ ...this.#work(params, context), shared, prepared, outputs });
  }

  #work(params: z.output<P>, { signal, llm, log, visit }: RunContext): NodeWork<z.output<P>> {
    return { id: this.id, params, signal, llm, log, visit };
  }
}

/** What exec returned, whatever it was in code that no compiler has seen: nothing at all is no outputs. */
function outputsIn<T>(result: T, type: string): T {
  if (result === undefined || result === null) return {} as T;
  if (typeof result === 'object' && !Array.isArray(result)) return result;
  const message = `Node type '${type}' must return its outputs by name from exec, not ${kindOfValue(result)}.`;
  throw new PflowError('node_failed', message, { hint: 'As in: return { result }.' });
}

/** The parameters of a node as its schema wants them. Throws a PflowError with everything that does not fit. */
export async function parseParams<P extends z.ZodObject>(
  { type, params: schema }: { type: string; params: P },
  given: Readonly<Record<string, unknown>>,
): Promise<z.output<P>> {
  const fields = schema.shape as Readonly<Record<string, z.ZodType>>;
  const converted = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      Object.hasOwn(fields, name) ? convertParam(fields[name]!, value) : value,
    ]),
  );
  const result = await schema['~standard'].validate(converted);
  if (!result.issues) return result.value as z.output<P>;
  const problems = issueProblems(result, converted).map(formatProblem);
  throw new PflowError('node_failed', `The parameters do not fit node type '${type}': ${problems.join(' ')}`);
}
