/** Defines node types from schemas and functions. */

import type { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { BaseNode, type RetryOptions } from '../../runtime/node/base-node.js';
import type { Action, RunContext, Shared } from '../../runtime/contract/runnable.js';
import { convertParam } from '../../workflow/format/convert-param.js';
import { formatProblem } from '../../workflow/format/problem.js';
import { issueProblems } from '../../workflow/format/schema-problems.js';
import { kindOfValue } from '../../workflow/format/schema-path.js';
import { checkDefinition, checkFields } from './field-schemas.js';
import type { Effect, NodeType } from './node-type.js';

/** The context of exec: typed parameters and the services of the run. */
export type NodeWork<Params> = Readonly<
  {
    id: string;
    params: Params;
    /** The W3C trace context for what the node starts or requests; undefined outside of a distributed trace. */
    traceparent?: string | undefined;
    /** Shows on the node's row how far it has come, in units of its own. Call it a few times a second at most. */
    progress: (done: number, total?: number, message?: string) => void;
  } & Pick<RunContext, 'signal' | 'llm' | 'log' | 'visit'>
>;

/** A node definition. Every field of `params` and `outputs` has a `describe`. */
export type NodeDefinition<P extends z.ZodObject, O extends z.ZodObject, Prepared> = Readonly<{
  type: string;
  description: string;
  params: P;
  outputs: O;
  /** Its actions besides `default`. */
  actions?: readonly Action[];
  /** Whether any action is possible: the workflow it runs determines them. */
  anyAction?: boolean;
  /** Its side effects; none means pure computation. */
  effects?: readonly Effect[];
  /** The effects of a use, where they depend on the parameters. */
  effectsOf?: (params: Readonly<Record<string, unknown>>) => readonly Effect[];
  /** Parameters passed verbatim: `${…}` in them is not a template. */
  verbatim?: readonly (keyof P['shape'] & string)[];
  retries?: RetryOptions;
  /** Reads what exec needs from the store. */
  prep?: (work: NodeWork<z.output<P>> & { shared: Shared }) => Prepared | Promise<Prepared>;
  /** Does the work without access to the store and returns the outputs. Throwing leads to the "error" action. */
  exec: (work: NodeWork<z.output<P>> & { prepared: Prepared }) => z.input<O> | Promise<z.input<O>>;
  /** Returns the action, after the outputs were written. */
  post?: (
    work: NodeWork<z.output<P>> & { shared: Shared; prepared: Prepared; outputs: z.input<O> },
  ) => Action | void | Promise<Action | void>;
}>;

/** Creates a node type of pflow's own; its outputs are not validated. `defineCustomNode` is for those of users. */
export function defineNode<P extends z.ZodObject, O extends z.ZodObject, Prepared = undefined>(
  definition: NodeDefinition<P, O, Prepared>,
): NodeType {
  return toNodeType(definition, { checksOutputs: false });
}

/**
 * Creates a node type. Parameters are validated when the node starts, after templates and defaults are resolved; what exec
 * returns must fit `outputs`, may have more, and is written key by key. The code runs in the process of pflow: after a cancellation or timeout, work that ignores `signal`
 * continues; process.exit and uncaught errors end the run. Code that does either belongs in a command.
 *
 * @example
 * defineNode({
 *   type: 'shout',
 *   description: 'Converts text to upper case.',
 *   params: z.object({ text: z.string().describe('Text') }),
 *   outputs: z.object({ loud: z.string().describe('The text in upper case') }),
 *   exec: ({ params }) => ({ loud: params.text.toUpperCase() }),
 * });
 */
export function defineCustomNode<P extends z.ZodObject, O extends z.ZodObject, Prepared = undefined>(
  definition: NodeDefinition<P, O, Prepared>,
): NodeType {
  return toNodeType(definition, { checksOutputs: true });
}

function toNodeType<P extends z.ZodObject, O extends z.ZodObject, Prepared>(
  definition: NodeDefinition<P, O, Prepared>,
  { checksOutputs }: Readonly<{ checksOutputs: boolean }>,
): NodeType {
  checkDefinition(definition);
  const { type, description, params, outputs, actions = [], anyAction, effects = [], effectsOf } = definition;
  const { verbatim } = definition;
  checkFields(type, 'params', params);
  checkFields(type, 'outputs', outputs);
  const create = (id: string) =>
    checksOutputs ? new CheckedNode(id, definition) : new DefinedNode(id, definition);
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
    ...(definition.prep || definition.post ? { readsStore: true } : {}),
    create,
  };
}

type Ready<Params, Prepared> = Readonly<{ params: Params; prepared: Prepared }>;

class DefinedNode<P extends z.ZodObject, O extends z.ZodObject, Prepared> extends BaseNode<
  Ready<z.output<P>, Prepared>,
  z.input<O>
> {
  protected readonly definition: NodeDefinition<P, O, Prepared>;

  constructor(id: string, definition: NodeDefinition<P, O, Prepared>) {
    super(id, definition.retries);
    this.definition = definition;
  }

  override async prep(shared: Shared, context: RunContext): Promise<Ready<z.output<P>, Prepared>> {
    const params = await parseParams(this.definition, context.params);
    const prepared = await this.definition.prep?.({ ...this.#work(params, context), shared });
    return { params, prepared: prepared as Prepared };
  }

  override exec(
    { params, prepared }: Ready<z.output<P>, Prepared>,
    context: RunContext,
  ): z.input<O> | Promise<z.input<O>> {
    return this.definition.exec({ ...this.#work(params, context), prepared });
  }

  override post(
    shared: Shared,
    { params, prepared }: Ready<z.output<P>, Prepared>,
    result: z.input<O>,
    context: RunContext,
  ) {
    const outputs = outputsIn(result, this.definition.type);
    for (const [key, value] of Object.entries(outputs)) if (value !== undefined) shared[key] = value;
    return this.definition.post?.({ ...this.#work(params, context), shared, prepared, outputs });
  }

  #work(params: z.output<P>, context: RunContext): NodeWork<z.output<P>> {
    const { signal, llm, log, visit, traceparentOf, observer } = context;
    const progress = (done: number, total?: number, message?: string) =>
      observer.progressed({ done, total, message });
    const work = { id: this.id, params, signal, llm, log, visit, progress };
    if (!traceparentOf || observer.span === undefined) return work;
    return { ...work, traceparent: traceparentOf(observer.span) };
  }
}

/** A node whose outputs are validated; in exec, so that an attempt with the wrong outputs is retried like a failed one. */
class CheckedNode<P extends z.ZodObject, O extends z.ZodObject, Prepared> extends DefinedNode<
  P,
  O,
  Prepared
> {
  override async exec(ready: Ready<z.output<P>, Prepared>, context: RunContext): Promise<z.input<O>> {
    const result = await super.exec(ready, context);
    await checkOutputs(this.definition, outputsIn(result, this.definition.type));
    return result;
  }
}

/** Throws a PflowError that lists every output that is missing or of another type. Further outputs are permitted. */
async function checkOutputs<O extends z.ZodObject>(
  { type, outputs: schema }: Readonly<{ type: string; outputs: O }>,
  outputs: Readonly<Record<string, unknown>>,
): Promise<void> {
  const result = await schema['~standard'].validate(outputs);
  if (!result.issues) return;
  const declared = new Set(Object.keys(schema.shape));
  const issues = result.issues.filter(({ path }) => declared.has(String(path?.[0])));
  if (issues.length === 0) return;
  const problems = issueProblems({ issues }, outputs).map(formatProblem);
  const names = Object.keys(outputs);
  throw new PflowError(
    'node_failed',
    `Node type '${type}' returned outputs that do not fit its \`outputs\`: ${problems.join(' ')}`,
    { hint: `exec returned ${names.length > 0 ? names.join(', ') : 'nothing'}.` },
  );
}

/** Normalizes the result of exec from untyped code: undefined means no outputs. */
function outputsIn<T>(result: T, type: string): T {
  if (result === undefined || result === null) return {} as T;
  if (typeof result === 'object' && !Array.isArray(result)) return result;
  const message = `Node type '${type}' must return its outputs by name from exec, not ${kindOfValue(result)}.`;
  throw new PflowError('node_failed', message, { hint: 'As in: return { result }.' });
}

/** Validates the parameters of a node. Throws a PflowError that lists every violation. */
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
