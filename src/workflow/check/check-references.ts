/** Checks templates against inputs and node outputs. */

import { z } from 'zod';
import { outputsOf, type NodeSignature } from '../format/type-catalogue.js';
import { Precedence } from './check-graph.js';
import type { Workflow, WorkflowInput, WorkflowNode } from '../format/ir.js';
import { INDEX_NAME } from '../format/ir-constants.js';
import { formatPlace, type Problem } from '../format/problem.js';
import { didYouMean } from '../format/schema-problems.js';
import { isKind } from '../format/schema-kind.js';
import { followShape, kindOf, unwrap } from '../format/schema-path.js';
import { shapeOfType } from '../format/type-shape.js';
import { ANY_INDEX, compileTemplate, type TemplateRef } from '../format/template.js';

type Steps = readonly PropertyKey[];
type Shape = z.ZodType | undefined;
type Finding = { schema: Shape } | Omit<Problem, 'path'>;

/** The inputs and outputs of a node; undefined for an unknown type. */
export type SignatureOf = (node: WorkflowNode) => NodeSignature | undefined;

/** The location of a template: its node (none for workflow outputs) and the type of a batch element. */
export type Scope = Readonly<{ node?: WorkflowNode; element?: Readonly<{ name: string; schema: Shape }> }>;

/** Checks the templates of a workflow. */
export class References {
  readonly #workflow: Workflow;
  readonly #signatureOf: SignatureOf;
  readonly #nodes: ReadonlyMap<string, WorkflowNode>;
  readonly #precedence: Precedence;
  /** Nodes that run a workflow on the same store, by the names it writes. */
  readonly #sharers = new Map<string, WorkflowNode[]>();

  constructor(
    workflow: Workflow,
    signatureOf: SignatureOf,
    sharesOf: (node: WorkflowNode) => readonly string[],
  ) {
    this.#workflow = workflow;
    this.#signatureOf = signatureOf;
    for (const node of workflow.nodes) {
      for (const name of sharesOf(node)) this.#sharers.set(name, [...(this.#sharers.get(name) ?? []), node]);
    }
    this.#nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
    // Each round of a loop sees the outputs of the one before.
    const loops = workflow.nodes.filter(({ loop }) => loop);
    const back = loops.map(({ id }) => ({ from: id, to: id, action: 'loop' }));
    this.#precedence = new Precedence({ ...workflow, edges: [...workflow.edges, ...back] });
  }

  /** Checks all templates in a value. */
  problems(value: unknown, at: Steps, scope: Scope): Problem[] {
    if (typeof value === 'string') return this.#textProblems(value, at, scope);
    if (Array.isArray(value)) return value.flatMap((item, i) => this.problems(item, [...at, i], scope));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => this.problems(item, [...at, key], scope));
  }

  /** The schema of the list a batch iterates over, if known. */
  listShape(items: unknown, node: WorkflowNode): Shape {
    if (typeof items !== 'string') return undefined;
    const [only] = compileTemplate(items).references;
    const finding = only?.text === items ? this.#find(only, { node }) : undefined;
    return finding && 'schema' in finding ? finding.schema : undefined;
  }

  #textProblems(text: string, at: Steps, scope: Scope): Problem[] {
    if (!text.includes('${')) return [];
    const path = formatPlace(at);
    const seen = new Set<string>();
    const wrong = compileTemplate(text).references.flatMap((ref): Problem[] => {
      if (seen.has(ref.text)) return [];
      seen.add(ref.text);
      const finding = this.#find(ref, scope);
      return 'message' in finding ? [{ path, ...finding }] : [];
    });
    return [...wrong, ...this.#almostTemplates(text, scope).map((message) => ({ path, message }))];
  }

  #find(ref: TemplateRef, scope: Scope): Finding {
    const [root, ...rest] = ref.path;
    const name = String(root);
    if (name === scope.element?.name) return follow(ref, scope.element.schema, rest, `element '${name}'`);
    if (name === INDEX_NAME && scope.element) return follow(ref, z.number(), rest, `'${INDEX_NAME}'`);
    if (!this.#workflow.enable_namespacing) return this.#findAtRoot(ref, name, rest);
    const node = this.#nodes.get(name);
    if (node) return this.#findOutput(ref, node, rest, scope);
    const input = this.#input(name);
    return input
      ? follow(ref, shapeOfType(input.type), rest, `input '${name}'`)
      : this.#unknown(ref, name, scope);
  }

  #findOutput(
    ref: TemplateRef,
    node: WorkflowNode,
    [key, ...rest]: TemplateRef['path'],
    scope: Scope,
  ): Finding {
    if (scope.node && !this.#precedence.canPrecede(node.id, scope.node.id))
      return { message: tooEarly(node.id, scope.node.id) };
    const type = this.#signatureOf(node);
    if (!type || key === undefined) return { schema: undefined };
    // A failed node leaves its error in the store, whatever its type declares.
    if (key === 'error' && !node.batch) return { schema: undefined };
    const outputs = outputsOf(node, type);
    const found = followShape(outputs, [key]);
    if ('schema' in found) return follow(ref, found.schema, rest, `'${key}' of node '${node.id}'`);
    const names = Object.keys(outputs.shape);
    const inEach =
      node.batch && String(key) in type.outputs.shape
        ? ` It is a batch: \${${node.id}.results[0].${key}} is that of its first element.`
        : '';
    return {
      message: `node '${node.id}' does not output '${key}'. It outputs: ${names.join(', ') || 'nothing'}.${inEach}`,
      ...(inEach ? {} : didYouMean(String(key), names, (each) => `\${${node.id}.${each}}`)),
    };
  }

  /** Without namespaces, outputs are at the root of the store next to the inputs. */
  #findAtRoot(ref: TemplateRef, name: string, rest: TemplateRef['path']): Finding {
    const input = this.#input(name);
    if (input) return follow(ref, shapeOfType(input.type), rest, `input '${name}'`);
    const outputs = this.#workflow.nodes.map((node) => ({ node, type: this.#signatureOf(node) }));
    const writes = outputs.some(
      ({ node, type }) => !type || 'schema' in followShape(outputsOf(node, type), [name]),
    );
    if (writes || name === 'error') return { schema: undefined };
    if (!this.#nodes.has(name)) return this.#unknown(ref, name, {});
    return {
      message: `without namespaces the outputs of node '${name}' are at the root: \${${String(rest[0] ?? 'key')}}, not ${ref.text}.`,
    };
  }

  #unknown(ref: TemplateRef, name: string, scope: Scope): Finding {
    const sharers = this.#sharers.get(name);
    if (sharers) return this.#findShared(sharers, scope);
    // Permissive workflows may contain ${…} for other programs, such as a shell.
    if (this.#workflow.template_resolution_mode === 'permissive') return { schema: undefined };
    const names = this.#names(scope);
    const near = didYouMean(name, names, (each) => `\${${[each, ...ref.path.slice(1)].join('.')}}`);
    const literal = `Declare it as an input, or write $${ref.text} for the text itself.`;
    return {
      message: `${ref.text} leads nowhere: there is no input and no node '${name}'.`,
      hint: near.hint ?? literal,
    };
  }

  #findShared(sharers: readonly WorkflowNode[], { node }: Scope): Finding {
    const canHaveRun = !node || sharers.some(({ id }) => this.#precedence.canPrecede(id, node.id));
    return canHaveRun ? { schema: undefined } : { message: tooEarly(sharers[0]!.id, node.id) };
  }

  /** A `${…}` that names a known key but is not a valid template, and would stay text. */
  #almostTemplates(text: string, scope: Scope): string[] {
    return Array.from(text.matchAll(/(?<!\$)\$\{([^{}]*)\}/g)).flatMap(([whole, inner = '']) => {
      const name = /^\s*([\p{L}_][\p{L}\p{N}_-]*)\s*(?:[.[]|\?\?|$)/u.exec(inner)?.[1];
      if (name === undefined || !this.#isKnown(name, scope) || compileTemplate(whole).references.length)
        return [];
      const form = inner.includes('??')
        ? '${node.key ?? other.key ?? "text"}'
        : '${node.key}, ${node.list[0].field}';
      return [`${whole} is not a template and would stay as text. Templates look like ${form}.`];
    });
  }

  #input(name: string): WorkflowInput | undefined {
    return Object.hasOwn(this.#workflow.inputs, name) ? this.#workflow.inputs[name] : undefined;
  }

  #isKnown(name: string, { element }: Scope): boolean {
    return name === element?.name || this.#nodes.has(name) || this.#input(name) !== undefined;
  }

  #names({ element }: Scope): string[] {
    return [
      ...Object.keys(this.#workflow.inputs),
      ...this.#nodes.keys(),
      ...(element ? [element.name] : []),
    ].filter(Boolean);
  }
}

function follow(ref: TemplateRef, schema: Shape, rest: TemplateRef['path'], what: string): Finding {
  for (const depth of rest.keys()) {
    const found = followShape(schema, rest.slice(0, depth + 1));
    if ('schema' in found) continue;
    const before = rest.slice(0, depth);
    return {
      message: `${ref.text} leads nowhere: ${before.length ? `'${placeOf(before)}' in ${what}` : what} ${found.miss}`,
    };
  }
  return followShape(schema, rest) as { schema: Shape };
}

function placeOf(steps: TemplateRef['path']): string {
  return formatPlace(steps).replaceAll(`[${ANY_INDEX}]`, '[…]');
}

function tooEarly(first: string, second: string): string {
  return first === second
    ? `node '${first}' has no output yet when it begins: no path of edges leads back to it.`
    : `node '${first}' cannot have run before '${second}': no path of edges leads from '${first}' to '${second}'.`;
}

/** Why a schema is not iterable; undefined if it is, or is unknown. */
export function notAList(schema: Shape): string | undefined {
  if (!schema) return undefined;
  const inner = unwrap(schema);
  const single =
    isKind(inner, 'number') || isKind(inner, 'boolean') || isKind(inner, 'object') || isKind(inner, 'record');
  return single ? `must be a list, and this template gives ${kindOf(inner)}.` : undefined;
}

/** The element schema of a list. */
export function elementOf(schema: Shape): Shape {
  const inner = schema && unwrap(schema);
  return isKind(inner, 'array') ? inner.element : undefined;
}
