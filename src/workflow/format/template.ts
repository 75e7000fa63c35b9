/** Parses and resolves templates. */

import { PflowError } from '../../lib/error.js';
import { plural } from '../../lib/text/format.js';

/** One step of a template's path: a key of an object or an index of a list. */
export type PathStep = string | number;

/** An index that only the run determines, as in `${list[${i}]}`. */
export const ANY_INDEX = -1;

/** A template `${a.b[0].c}`, or an operand of `${a.b ?? c.d}`, and its path. */
export type TemplateRef = Readonly<{ text: string; path: readonly PathStep[] }>;

/**
 * The result of a path lookup. The hint lists what exists instead. With `replaceable`, other operands can take over, so
 * output of a failed node does not count as a value.
 */
export type Lookup = (
  path: readonly PathStep[],
  options?: { replaceable?: boolean },
) => Readonly<{ found: true; value: unknown } | { found: false; hint?: string }>;

/** A value with parsed templates, which can be resolved repeatedly. */
export interface CompiledTemplate {
  /** All templates in reading order, with repetitions. */
  readonly references: readonly TemplateRef[];
  /** Resolves the templates into a new value. In permissive mode, unresolved templates stay text. */
  render(lookup: Lookup, options?: { permissive?: boolean }): unknown;
}

/**
 * Parses the templates in a JSON value. A string that is exactly one template keeps the type of its value; within text,
 * values are converted to text; `$${` is a literal `${`. A string that is exactly one template, as an element of an object or
 * a list, is parsed if its value is the JSON text of an object or a list, as in published pflow. `${a ?? b ?? "none"}` is
 * the first operand with a value. Any other `${…}`, such as `${x:-y}` of a shell, is plain text.
 */
export function compileTemplate(value: unknown): CompiledTemplate {
  const references: TemplateRef[] = [];
  const render = compile(value, references);
  return { references, render: (lookup, options) => render(lookup, options?.permissive ?? false) };
}

/** A piece of a text after resolution: constant, or the value of a template as text. */
export type ResolvedPart = Readonly<{
  text: string;
  /** The template with the references of the operand that gave the value; absent for constant text. */
  source?: Readonly<{ template: string; references: readonly TemplateRef[] }>;
}>;

/** Parses the templates in a text, to resolve it into its pieces instead of one text. */
export function compileParts(text: string): {
  references: readonly TemplateRef[];
  resolve(lookup: Lookup, options?: { permissive?: boolean }): ResolvedPart[];
} {
  const parts = partsOf(text);
  const expressions = parts.filter((part) => typeof part !== 'string');
  return {
    references: expressions.flatMap(referencesOf),
    resolve: (lookup, { permissive = false } = {}) =>
      parts.map((part): ResolvedPart => {
        if (typeof part === 'string') return { text: part };
        const { value, operand } = resolveOperand(part, lookup, permissive);
        if (!operand || 'value' in operand) return { text: toText(value) };
        const references = referencesOf({ text: part.text, operands: [operand] });
        return { text: toText(value), source: { template: part.text, references } };
      }),
  };
}

/**
 * Follows a path through own properties only, so that `__proto__` and `constructor` resolve only if they are data. A
 * step into text that holds JSON continues in the parsed value.
 */
export function followPath(root: unknown, path: readonly PathStep[]): ReturnType<Lookup> {
  let value = root;
  for (const step of path) {
    const container = asContainer(value);
    if (container === undefined || !hasStep(container, step)) {
      return { found: false, hint: describeMiss(container ?? value, step) };
    }
    value = (container as Record<PathStep, unknown>)[step];
  }
  return { found: true, value };
}

type Render = (lookup: Lookup, permissive: boolean) => unknown;

function compile(value: unknown, references: TemplateRef[]): Render {
  if (typeof value === 'string') return compileText(value, references);
  if (Array.isArray(value)) {
    const items = value.map((item) => compileElement(item, references));
    return (lookup, permissive) => items.map((item) => item(lookup, permissive));
  }
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, compileElement(item, references)] as const,
    );
    // fromEntries defines properties instead of assigning them, so that a key "__proto__" stays data.
    return (lookup, permissive) =>
      Object.fromEntries(entries.map(([key, item]) => [key, item(lookup, permissive)]));
  }
  return () => value;
}

/** An element of an object or a list: data arrives as data, although what produced it may have printed it as text. */
function compileElement(value: unknown, references: TemplateRef[]): Render {
  const render = compile(value, references);
  if (typeof value !== 'string' || !isOneTemplate(value)) return render;
  return (lookup, permissive) => {
    const rendered = render(lookup, permissive);
    return typeof rendered === 'string' ? (asContainer(rendered) ?? rendered) : rendered;
  };
}

/** Whether a text is exactly one template. */
function isOneTemplate(text: string): boolean {
  const [match] = text.matchAll(templates);
  return match?.[1] !== undefined && match[0] === text;
}

/** A template: the first operand with a value. */
type Expression = Readonly<{ text: string; operands: readonly Operand[] }>;
type Operand = Readonly<{ value: unknown } | { text: string; steps: readonly Step[] }>;
type Step = PathStep | Readonly<{ text: string; path: readonly PathStep[] }>;

const NAME = String.raw`[\p{L}_][\p{L}\p{N}_-]*`;
const STEP = String.raw`\.[\p{L}\p{N}_-]+|\[\d+\]`;
const PATH = String.raw`${NAME}(?:${STEP}|\[\$\{${NAME}(?:${STEP})*\}\])*`;
const LITERAL = String.raw`"(?:[^"\\\n]|\\.)*"|(?:true|false|null)(?![\p{L}\p{N}_.[-])|-?(?:0|[1-9]\d*)(?:\.\d+)?|\[\]|\{\}`;
const templates = new RegExp(String.raw`\$\$\{|\$\{(${PATH}(?:\s*\?\?\s*(?:${LITERAL}|${PATH}))*)\}`, 'gu');
const operands = new RegExp(String.raw`(${LITERAL})|(${PATH})`, 'gu');
const steps = new RegExp(String.raw`\[(\d+)\]|\[(\$\{[^}]*\})\]|[^.[\]]+`, 'gu');

function compileText(text: string, references: TemplateRef[]): Render {
  if (!text.includes('${')) return () => text;
  const parts = partsOf(text);
  const expressions = parts.filter((part) => typeof part !== 'string');
  references.push(...expressions.flatMap(referencesOf));
  const [only] = expressions;
  if (only && only.text === text) return (lookup, permissive) => resolve(only, lookup, permissive);
  if (!only) return () => parts.join('');
  return (lookup, permissive) =>
    parts
      .map((part) => (typeof part === 'string' ? part : toText(resolve(part, lookup, permissive))))
      .join('');
}

/** The constant pieces of a text and its templates, in order. */
function partsOf(text: string): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let end = 0;
  for (const match of text.matchAll(templates)) {
    const read = match[1] === undefined ? '${' : readExpression(match[0], match[1]);
    parts.push(text.slice(end, match.index), read);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

/** A template, or plain text if one of its literals is invalid. */
function readExpression(text: string, inner: string): Expression | string {
  try {
    return { text, operands: Array.from(inner.matchAll(operands), readOperand) };
  } catch {
    return text;
  }
}

function readOperand([text, literal]: RegExpMatchArray, i: number): Operand {
  // The first operand is a name, even if it looks like a literal.
  if (literal !== undefined && i > 0) return { value: JSON.parse(literal) as unknown };
  return { text: `\${${text}}`, steps: readSteps(text) };
}

function readSteps(path: string): Step[] {
  return Array.from(path.matchAll(steps), ([step, index, inner]): Step => {
    if (inner !== undefined) return { text: inner, path: readSteps(inner.slice(2, -1)) as PathStep[] };
    return index === undefined ? step : Number(index);
  });
}

function referencesOf({ operands }: Expression): TemplateRef[] {
  return operands.flatMap((operand) => {
    if ('value' in operand) return [];
    const path = operand.steps.map((step) => (typeof step === 'object' ? ANY_INDEX : step));
    return [{ text: operand.text, path }, ...operand.steps.filter((step) => typeof step === 'object')];
  });
}

function resolve(expression: Expression, lookup: Lookup, permissive: boolean): unknown {
  return resolveOperand(expression, lookup, permissive).value;
}

/** The value of a template, and the operand that gave it: none if the template stays as text. */
function resolveOperand(
  { text, operands }: Expression,
  lookup: Lookup,
  permissive: boolean,
): { value: unknown; operand?: Operand } {
  const misses: string[] = [];
  let none: { value: null; operand: Operand } | undefined;
  for (const operand of operands) {
    if ('value' in operand) return { value: operand.value, operand };
    const result = find(operand.steps, lookup, operands.length > 1);
    if (result.found && result.value !== null) return { value: result.value, operand };
    if (result.found) none ??= { value: null, operand };
    else if (result.hint && !misses.includes(result.hint)) misses.push(result.hint);
  }
  if (none) return none;
  if (permissive) return { value: text };
  throw new PflowError('unresolved_template', [`${text} has no value.`, ...misses].join(' '));
}

function find(steps: readonly Step[], lookup: Lookup, replaceable: boolean): ReturnType<Lookup> {
  const path: PathStep[] = [];
  for (const step of steps) {
    if (typeof step !== 'object') {
      path.push(step);
      continue;
    }
    const index = lookup(step.path);
    if (!index.found) return index;
    if (!Number.isSafeInteger(index.value) || Number(index.value) < 0)
      return { found: false, hint: `${step.text} is not an array index (a whole number from 0).` };
    path.push(Number(index.value));
  }
  return lookup(path, { replaceable });
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value) ?? '';
  } catch (cause) {
    const isTooDeep = cause instanceof RangeError;
    const what = isTooDeep ? 'A value that is nested too deeply' : 'A value that refers to itself';
    throw new PflowError('unresolved_template', `${what} cannot become text.`, { cause });
  }
}

function asContainer(value: unknown): object | undefined {
  if (typeof value === 'object' && value !== null) return value;
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as object;
  } catch {
    return undefined;
  }
}

function hasStep(container: object, step: PathStep): boolean {
  // An own property, but not data: the length of a list.
  return Object.hasOwn(container, step) && !(Array.isArray(container) && step === 'length');
}

const MOST_KEYS_SHOWN = 12;

function describeMiss(value: unknown, step: PathStep): string {
  if (Array.isArray(value)) {
    return typeof step === 'number'
      ? `There is no [${step}]: the list has ${plural(value.length, 'element')}, counted from 0.`
      : `There is no '${step}': it is a list, whose elements are [0] and so on.`;
  }
  if (typeof value !== 'object' || value === null) return `There is no '${step}' in ${kindOf(value)}.`;
  const keys = Object.keys(value);
  if (keys.length === 0) return `There is no '${step}': the object is empty.`;
  const more = keys.length > MOST_KEYS_SHOWN ? ` and ${keys.length - MOST_KEYS_SHOWN} more` : '';
  return `There is no '${step}'. There are: ${keys.slice(0, MOST_KEYS_SHOWN).join(', ')}${more}.`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'an empty value';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
