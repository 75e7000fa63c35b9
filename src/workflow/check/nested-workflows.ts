/** Resolves and checks nested workflows. */

import { isJsonObject } from '../../lib/data/json-object.js';
import { relative } from 'node:path';
import { z } from 'zod';
import { messageOf, PflowError } from '../../lib/error.js';
import { inputMismatch } from './inputs.js';
import type { Workflow, WorkflowNode } from '../format/ir.js';
import { loadWorkflow, type LoadedWorkflow } from '../library/load-workflow.js';
import { withLines } from '../markdown/source-lines.js';
import { formatPlace, type Problem } from '../format/problem.js';
import {
  REFERENCE_PARAMS,
  referenceOf,
  WORKFLOW_TYPE,
  type WorkflowReference,
} from '../library/workflow-reference.js';
import { didYouMean } from '../format/schema-problems.js';
import { shapeOfType } from '../format/type-shape.js';
import { compileTemplate } from '../format/template.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

/** Ancestor workflows, outermost first: the paths of their files. */
export type Around = readonly string[];

/** Default maximum nesting depth. */
export const MOST_AROUND = 10;

/** A referenced workflow, not validated yet. */
export type OpenedWorkflow = Readonly<{
  source: unknown;
  name: string;
  origin: LoadedWorkflow['origin'] | 'inline';
  /** The ancestors of the nodes in this workflow. */
  around: Around;
  lineOf?: LoadedWorkflow['lineOf'];
}>;

/** Resolves a reference. Throws a PflowError if it does not exist, is recursive or exceeds the depth. */
export function openReference(
  reference: WorkflowReference,
  around: Around,
  mostAround = MOST_AROUND,
): OpenedWorkflow {
  if (around.length >= mostAround) {
    throw new PflowError(
      'invalid_workflow',
      `Workflows are nested more than ${mostAround} deep: ${chain(around)}.`,
      { hint: 'max_depth sets the limit.' },
    );
  }
  if (reference.kind === 'inline')
    return { source: reference.source, name: INLINE, origin: 'inline', around: [...around, INLINE] };
  const { source, name, origin, path, lineOf } = loadWorkflow(reference.ref);
  if (around.includes(path)) {
    const cycle = [...around.slice(around.indexOf(path)), path];
    throw new PflowError('invalid_workflow', `The workflow contains itself: ${chain(cycle)}.`);
  }
  return { source, name, origin, around: [...around, path], ...(lineOf ? { lineOf } : {}) };
}

const INLINE = 'inline';

function chain(around: Around): string {
  return around.map((path) => (path === INLINE ? path : shorter(path))).join(' → ');
}

function shorter(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

/** The result of a validation. */
type Validated = Readonly<{
  workflow: Workflow | undefined;
  problems: readonly Problem[];
  warnings: readonly Problem[];
}>;
export type ValidateNested = (opened: OpenedWorkflow) => Validated;

/** A nested workflow that was resolved before the run. */
export type NestedLook = Readonly<{
  problems: readonly Problem[];
  warnings?: readonly Problem[];
  /** The outputs of the node, if the workflow is valid. */
  outputs?: z.ZodObject;
  /** The keys it writes to the root of the shared store: its inputs and nodes. */
  shares?: readonly string[];
}>;

/** Inspects the workflow of a node; undefined if the node runs none or only the run determines it. */
export function lookInside(
  node: WorkflowNode,
  at: readonly PropertyKey[],
  around: Around,
  validate: ValidateNested,
): NestedLook | undefined {
  if (node.type !== WORKFLOW_TYPE) return undefined;
  const reference = referenceOf(node.params);
  if ('problem' in reference) return { problems: [{ path: formatPlace(at), message: reference.problem }] };
  if (reference.kind === 'named' && isTemplate(reference.ref)) return undefined;
  const here = [...at, reference.param];
  const mostAround = node.params['max_depth'];
  try {
    const opened = openReference(
      reference,
      around,
      typeof mostAround === 'number' ? mostAround : MOST_AROUND,
    );
    const { workflow, problems, warnings } = validate(opened);
    if (!workflow) {
      const located = withLines(problems, opened.lineOf);
      return { problems: located.map((problem) => insideProblem(problem, here, opened)) };
    }
    return {
      problems: [
        ...mappingProblems(node, at, workflow, opened.name),
        ...outputProblems(node, at, workflow, opened.name),
      ],
      warnings: withLines(warnings, opened.lineOf).map((each) => insideProblem(each, here, opened)),
      outputs: outputsOfNested(node, workflow),
      ...(node.params['storage_mode'] === 'shared' ? { shares: namesIn(workflow) } : {}),
    };
  } catch (error) {
    const hint = error instanceof PflowError && error.hint !== undefined ? { hint: error.hint } : {};
    return { problems: [{ path: formatPlace(here), message: messageOf(error), ...hint }] };
  }
}

function insideProblem(
  { path, message, hint, line }: Problem,
  here: readonly PropertyKey[],
  { name, origin }: OpenedWorkflow,
): Problem {
  const place = [line === undefined ? '' : `line ${line}`, path].filter(Boolean).join(', ');
  const inside = place ? `${place}: ${message}` : message;
  const shown =
    origin === 'inline'
      ? { path: [formatPlace(here), path].filter(Boolean).join('.'), message }
      : { path: formatPlace(here), message: `in workflow '${name}', ${inside}` };
  return hint === undefined ? shown : { ...shown, hint };
}

/** The inputs that a node passes; undefined if only the run determines them. */
export function mappingOf(params: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const { inputs = {}, param_mapping: mapping = {} } = params;
  if (!isJsonObject(inputs) || !isJsonObject(mapping)) return undefined;
  const others = Object.entries(params).filter(([name]) => !OWN_PARAMS.has(name));
  return { ...Object.fromEntries(others), ...inputs, ...mapping };
}

/** The parameters of the node itself; every other one is an input of the workflow that it runs. */
const OWN_PARAMS: ReadonlySet<string> = new Set([
  ...REFERENCE_PARAMS,
  'inputs',
  'param_mapping',
  'output_mapping',
  'storage_mode',
  'scope_prefix',
  'max_depth',
  'error_action',
  'timeout',
]);

function mappingProblems(
  node: WorkflowNode,
  at: readonly PropertyKey[],
  { inputs }: Workflow,
  name: string,
): Problem[] {
  const mapping = mappingOf(node.params);
  if (!mapping) return [];
  const place = (input: string) => {
    if (Object.hasOwn(node.params, input) && !OWN_PARAMS.has(input)) return formatPlace([...at, input]);
    const param = isJsonObject(node.params['param_mapping']) ? 'param_mapping' : 'inputs';
    return formatPlace([...at, param, input]);
  };
  const known = Object.keys(inputs);
  const unknown = Object.keys(mapping)
    .filter((each) => !Object.hasOwn(inputs, each))
    .map((each) => ({
      path: place(each),
      message: `workflow '${name}' has no input '${each}'. ${known.length ? `Its inputs are: ${known.join(', ')}.` : 'It takes none.'}`,
      ...didYouMean(each, [...known, ...OWN_PARAMS]),
    }));
  const wrong = Object.entries(inputs).flatMap(
    ([each, { required, default: byDefault, type, description }]) => {
      if (!Object.hasOwn(mapping, each)) {
        const about = description ? ` (${description})` : '';
        const message = `is missing: workflow '${name}' needs this input${about}.`;
        return required && byDefault === undefined ? [{ path: place(each), message }] : [];
      }
      const mismatch = isTemplate(mapping[each]) ? undefined : inputMismatch(mapping[each], type);
      return mismatch ? [{ path: place(each), message: mismatch }] : [];
    },
  );
  return [...unknown, ...wrong];
}

function outputProblems(
  node: WorkflowNode,
  at: readonly PropertyKey[],
  { outputs, nodes }: Workflow,
  name: string,
): Problem[] {
  const mapping = node.params['output_mapping'];
  if (!isJsonObject(mapping)) return [];
  const names = Object.keys(outputs);
  const ids = new Set(nodes.map(({ id }) => id));
  return Object.keys(mapping)
    .filter((source) => !Object.hasOwn(outputs, source) && !ids.has(source.split('.')[0]!))
    .map((source) => ({
      path: formatPlace([...at, 'output_mapping', source]),
      message: `workflow '${name}' does not output '${source}'. It outputs: ${names.join(', ') || 'nothing'}.`,
      ...didYouMean(source, names),
    }));
}

/** The outputs of the node: those of the workflow, or those selected by output_mapping. */
function outputsOfNested({ params }: WorkflowNode, { outputs }: Workflow): z.ZodObject {
  const mapping = params['output_mapping'];
  const names = isJsonObject(mapping)
    ? Object.entries(mapping).map(([source, name]) => [source, stringifyAny(name)] as const)
    : Object.keys(outputs).map((name) => [name, name] as const);
  return z.object(
    Object.fromEntries(
      names.map(([source, name]) => {
        const output = Object.hasOwn(outputs, source) ? outputs[source] : undefined;
        const shape = shapeOfType(output?.type) ?? z.unknown();
        return [name, shape.describe(output?.description ?? '')];
      }),
    ),
  );
}

function namesIn({ inputs, nodes }: Workflow): string[] {
  return [...Object.keys(inputs), ...nodes.map(({ id }) => id)];
}

function isTemplate(value: unknown): boolean {
  return compileTemplate(value).references.length > 0;
}
