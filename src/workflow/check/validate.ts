/** Validates a workflow. */

import type { NodeCatalogue, NodeSignature } from '../format/type-catalogue.js';
import {
  batchKeys,
  edgeKeys,
  loopKeys,
  retryKeys,
  inputKeys,
  nodeKeys,
  outputKeys,
  readDraft,
  table,
  workflowKeys,
} from '../format/draft.js';
import { graphProblems, isReserved } from './check-graph.js';
import { inputMismatch } from './inputs.js';
import { workflowSchema, type Workflow, type WorkflowNode } from '../format/ir.js';
import { IR_VERSION } from '../format/ir-constants.js';
import { lookInside, type Around, type NestedLook } from './nested-workflows.js';
import { timeoutProblems, withNodeTimeout } from './node-timeout.js';
import { misplacedRaw, paramProblems, unknownParams } from './check-params.js';
import { formatPlace, type Problem } from '../format/problem.js';
import { elementOf, notAList, References, type Scope, type SignatureOf } from './check-references.js';
import { didYouMean, schemaProblems, unknownKeys } from '../format/schema-problems.js';
import { followShape, isOpen, kindOfValue } from '../format/schema-path.js';
import { carriedBy, withOwnOutput } from './repetition.js';
import { compileTemplate } from '../format/template.js';
type Validated = Readonly<{
  workflow: Workflow | undefined;
  problems: Problem[];
  /** What has no effect: parameters that their node types do not have. */
  warnings: Problem[];
}>;

/**
 * Validates a workflow and its known nested workflows, reporting all problems at once, each with its location and a
 * correction. Without problems, returns the workflow with all defaults applied.
 */
export function validateWorkflow(
  source: unknown,
  types: NodeCatalogue,
  options: { around?: Around } = {},
): Validated {
  return validate(source, types, options.around ?? [], new Map());
}

/** `seen` caches the results for nested workflow files. */
function validate(
  source: unknown,
  types: NodeCatalogue,
  around: Around,
  seen: Map<string, Validated>,
): Validated {
  const unreadable = notJson(source);
  if (unreadable) return { workflow: undefined, problems: [unreadable], warnings: [] };
  const draft = withTimeouts(readDraft(table(source)), types);
  const inside = new Map<WorkflowNode, NestedLook | undefined>();
  for (const [i, node] of draft.nodes.entries()) {
    const look = lookInside(node, ['nodes', i, 'params'], around, (opened) => {
      const path = opened.around.at(-1)!;
      const known = opened.origin === 'inline' ? undefined : seen.get(path);
      const found = known ?? validate(opened.source, types, opened.around, seen);
      if (opened.origin !== 'inline') seen.set(path, found);
      return found;
    });
    inside.set(node, look);
  }
  const signatureOf = (node: WorkflowNode): NodeSignature | undefined => {
    const type = types.get(node.type);
    const outputs = inside.get(node)?.outputs;
    return type && outputs ? { ...type, outputs } : type;
  };
  const references = new References(draft, signatureOf, (node) => inside.get(node)?.shares ?? []);
  const problems = [
    ...schemaProblems(workflowSchema, source),
    ...strayKeys(table(source)),
    ...versionProblems(draft),
    ...inputProblems(draft, table(source)),
    ...draft.nodes.flatMap((node, i) => nodeProblems(node, i, types, references)),
    ...draft.nodes.flatMap((node) => inside.get(node)?.problems ?? []),
    ...graphProblems(draft, types),
    ...outputProblems(draft, signatureOf, references),
  ];
  const warnings = [
    ...draft.nodes.flatMap((node, i) => {
      const type = types.get(node.type);
      const unknown = type ? unknownParams(node, type, ['nodes', i, 'params']) : [];
      return [...unknown, ...misplacedRaw(node, ['nodes', i, 'raw'])];
    }),
    ...draft.nodes.flatMap((node) => inside.get(node)?.warnings ?? []),
  ];
  const workflow = problems.length ? undefined : prepared(workflowSchema.parse(source), types);
  return { workflow, problems, warnings };
}

/** As `validateWorkflow`, for a workflow that a model or a user is writing: what has no effect is an error too. */
export function validateStrictly(source: unknown, types: NodeCatalogue): Omit<Validated, 'warnings'> {
  const { workflow, problems, warnings } = validateWorkflow(source, types);
  return warnings.length === 0
    ? { workflow, problems }
    : { workflow: undefined, problems: [...problems, ...warnings] };
}

/** The workflow to run: with node timeouts, without parameters that have no effect. */
function prepared(workflow: Workflow, types: NodeCatalogue): Workflow {
  const { nodes, ...rest } = withTimeouts(workflow, types);
  return {
    ...rest,
    nodes: nodes.map((node) => {
      const type = types.get(node.type);
      return type ? { ...node, params: knownParams(node, type) } : node;
    }),
  };
}

function knownParams({ params }: WorkflowNode, type: NodeSignature): Record<string, unknown> {
  if (isOpen(type.params)) return params;
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => Object.hasOwn(type.params.shape, name)),
  );
}

function withTimeouts(workflow: Workflow, types: NodeCatalogue): Workflow {
  return {
    ...workflow,
    nodes: workflow.nodes.map((node) => withNodeTimeout(node, types.get(node.type))),
  };
}

const DEEPEST = 100;

/** Why a value cannot be traversed as JSON: not an object, nested too deeply, or cyclic. */
function notJson(source: unknown): Problem | undefined {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    return {
      path: '',
      message: `a workflow must be an object, not ${kindOfValue(source)}.`,
      hint: 'It looks like {"nodes": [{"id": …, "type": …, "params": {…}}], "edges": […]}.',
    };
  }
  const walk = (
    value: unknown,
    above: readonly object[],
    steps: readonly PropertyKey[],
  ): Problem | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (above.includes(value))
      return { path: formatPlace(steps), message: 'refers to itself, which JSON cannot.' };
    if (above.length >= DEEPEST)
      return { path: formatPlace(steps.slice(0, 3)), message: `is nested more than ${DEEPEST} levels deep.` };
    for (const [key, item] of Object.entries(value)) {
      const problem = walk(item, [...above, value], [...steps, Array.isArray(value) ? Number(key) : key]);
      if (problem) return problem;
    }
    return undefined;
  };
  return walk(source, [], []);
}

/** Keys of published files that have no effect. */
function asksForNothing(key: string, value: unknown): boolean {
  return key === '$schema' || (key === 'mappings' && Object.keys(table(value)).length === 0);
}

function strayKeys(source: Record<string, unknown>): Problem[] {
  const among = (value: unknown, at: string, known: readonly string[], what: string): Problem[] =>
    Object.entries(Array.isArray(value) ? value : table(value)).flatMap(([key, item]) =>
      unknownKeys(item, known, [at, Array.isArray(value) ? Number(key) : key], what),
    );
  const nodes = Array.isArray(source['nodes']) ? source['nodes'] : [];
  return [
    ...unknownKeys(withoutIdle(source), workflowKeys, [], 'a workflow'),
    ...among(source['inputs'], 'inputs', inputKeys, 'an input'),
    ...among(source['outputs'], 'outputs', outputKeys, 'an output'),
    ...among(nodes, 'nodes', nodeKeys, 'a node'),
    ...nodes.flatMap((node, i) =>
      unknownKeys(table(node)['batch'], batchKeys, ['nodes', i, 'batch'], 'a batch'),
    ),
    ...nodes.flatMap((node, i) => [
      ...unknownKeys(table(node)['retry'], retryKeys, ['nodes', i, 'retry'], 'a retry'),
      ...unknownKeys(table(node)['loop'], loopKeys, ['nodes', i, 'loop'], 'a loop'),
    ]),
    ...(Array.isArray(source['edges']) ? among(source['edges'], 'edges', edgeKeys, 'an edge') : []),
  ];
}

function withoutIdle(source: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(source).filter(([key, value]) => !asksForNothing(key, value)));
}

function versionProblems({ ir_version: version }: Workflow): Problem[] {
  const [major, minor] = IR_VERSION.split('.');
  if (version === '' || version.startsWith(`${major}.${minor}.`)) return [];
  return [
    {
      path: 'ir_version',
      message: `'${version}' is not known here. This version of pflow reads ${IR_VERSION}.`,
    },
  ];
}

function inputProblems({ inputs }: Workflow, source: Record<string, unknown>): Problem[] {
  // Read from the source: a record would drop the key __proto__.
  return Object.keys(table(source['inputs'])).flatMap((name): Problem[] => {
    const path = formatPlace(['inputs', name]);
    if (isReserved(name))
      return [{ path, message: `'${name}' is reserved: names of the form __x__ belong to the runtime.` }];
    if (compileTemplate(`\${${name}}`).references[0]?.path.length !== 1) {
      return [
        {
          path,
          message: `\${${name}} would not be a template. A name is a letter or '_', then letters, digits, '_' or '-'.`,
        },
      ];
    }
    const input = inputs[name];
    if (input?.default === undefined || input.default === null) return [];
    const mismatch = inputMismatch(input.default, input.type);
    return mismatch ? [{ path: `${path}.default`, message: mismatch }] : [];
  });
}

function nodeProblems(
  node: WorkflowNode,
  i: number,
  types: NodeCatalogue,
  references: References,
): Problem[] {
  const type = types.get(node.type);
  const params = ['nodes', i, 'params'];
  return [
    ...(type || node.type === '' || types.unchecked?.(node.type) !== undefined
      ? []
      : [unknownType(node.type, i, types)]),
    ...(type ? [...paramProblems(node, type, params), ...timeoutProblems(node, type, params)] : []),
    ...batchProblems(node, i, references),
    ...loopProblems(node, i, references),
    ...references.problems(templated(node, type), params, scopeOf(node, references)),
  ];
}

/** The parameters whose templates belong to the node. An unknown parameter is one problem, whatever it contains. */
function templated({ params }: WorkflowNode, type: NodeSignature | undefined): Record<string, unknown> {
  if (!type) return params;
  const taken = (name: string) =>
    !type.verbatim?.includes(name) && (isOpen(type.params) || Object.hasOwn(type.params.shape, name));
  return Object.fromEntries(Object.entries(params).filter(([name]) => taken(name)));
}

function unknownType(type: string, i: number, types: NodeCatalogue): Problem {
  const where = types.denied?.(type);
  if (where !== undefined)
    return {
      path: `nodes[${i}].type`,
      message: `node type '${type}' is not allowed by ${where}.`,
      hint: 'Allow it there to use it.',
    };
  const { hint = `There are: ${types.types().join(', ')}.` } = didYouMean(type, types.types());
  return { path: `nodes[${i}].type`, message: `there is no node type '${type}'.`, hint };
}

function batchProblems(node: WorkflowNode, i: number, references: References): Problem[] {
  if (!node.batch) return [];
  const { items, as } = node.batch;
  const at = ['nodes', i, 'batch', 'items'];
  const wrong = references.problems(items, at, { node });
  const name =
    compileTemplate(`\${${as}}`).references[0]?.path.length === 1 && !isReserved(as)
      ? []
      : [
          {
            path: formatPlace(['nodes', i, 'batch', 'as']),
            message: `'${as}' is not a name that templates can use. Use letters, digits and '_'.`,
          },
        ];
  if (typeof items !== 'string' || wrong.length) return [...wrong, ...name];
  const mismatch = compileTemplate(items).references.length
    ? notAList(references.listShape(items, node))
    : 'must be a list, or a template that resolves to one, such as ${node.list}.';
  return mismatch ? [{ path: formatPlace(at), message: mismatch }, ...name] : name;
}

/** Conditions and carried values are resolved after a round, so they may refer to the node itself. */
function loopProblems(node: WorkflowNode, i: number, references: References): Problem[] {
  const { loop } = node;
  if (!loop) return [];
  const at = ['nodes', i, 'loop'];
  const conditions = (['while', 'until'] as const).flatMap((name): Problem[] => {
    const text = loop[name] === undefined ? '' : withOwnOutput(loop[name], node);
    if (text === '' || compileTemplate(text).references.length)
      return references.problems(text, [...at, name], {});
    return [
      {
        path: formatPlace([...at, name]),
        message: `must refer to a value that changes, such as \${${node.id}.more}, not '${text}'.`,
      },
    ];
  });
  const endless = loop.while === undefined && loop.until === undefined && loop.max === undefined;
  return [
    ...conditions,
    ...references.problems(carriedBy(node), [...at, 'carry'], {}),
    ...(endless
      ? [{ path: formatPlace(at), message: 'needs while, until or max, or it would not end.' }]
      : []),
  ];
}

function scopeOf(node: WorkflowNode, references: References): Scope {
  if (!node.batch) return { node };
  return {
    node,
    element: { name: node.batch.as, schema: elementOf(references.listShape(node.batch.items, node)) },
  };
}

function outputProblems(
  { outputs, nodes }: Workflow,
  signatureOf: SignatureOf,
  references: References,
): Problem[] {
  const printed = Object.keys(outputs).filter((name) => outputs[name]!.stdout);
  const several = printed.slice(1).map((name) => ({
    path: formatPlace(['outputs', name, 'stdout']),
    message: `only one output can be what is printed, and '${printed[0]}' is it already.`,
  }));
  const sources = Object.entries(outputs).flatMap(([name, { source }]): Problem[] => {
    const at = ['outputs', name, 'source'];
    if (source === undefined) return unsourced(name, nodes, signatureOf);
    if (compileTemplate(source).references.length) return references.problems(source, at, {});
    return [{ path: formatPlace(at), message: `must be a template such as \${node.key}, not '${source}'.` }];
  });
  return [...sources, ...several];
}

function unsourced(name: string, nodes: readonly WorkflowNode[], signatureOf: SignatureOf): Problem[] {
  const written = nodes.some((node) => {
    const signature = signatureOf(node);
    return !signature || 'schema' in followShape(signature.outputs, [name]);
  });
  return written
    ? []
    : [
        {
          path: formatPlace(['outputs', name]),
          message: `has no source, and no node outputs '${name}'. Give it a source such as \${node.key}.`,
        },
      ];
}
