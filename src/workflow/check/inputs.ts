/** Resolves the inputs of a workflow. */

import { PflowError } from '../../lib/error.js';
import { convert, isKind, type ValueKind } from '../format/convert-value.js';
import type { InputType, Workflow, WorkflowInput } from '../format/ir.js';
import { didYouMean } from '../format/schema-problems.js';
import { kindOfValue } from '../format/schema-path.js';

export type InputOptions = Readonly<{
  /** Piped text for the input that declares `stdin`. */
  stdin?: string;
}>;

/**
 * Resolves inputs: given values converted to the declared types, then piped text, then defaults; an optional input
 * without any is null. Throws a PflowError that names every missing, unknown or mistyped input.
 */
export function resolveInputs(
  workflow: Workflow,
  given: Readonly<Record<string, unknown>>,
  options: InputOptions = {},
): Record<string, unknown> {
  const complaints = unknownInputs(workflow, given);
  const values: [string, unknown][] = [];
  for (const [name, input] of Object.entries(workflow.inputs)) {
    const value = valueOf(name, input, given, options);
    if (value === undefined) {
      if (input.required)
        complaints.push(`Input '${name}' is missing${input.description ? ` (${input.description})` : ''}.`);
      // Declared and not given is null, unlike an input that is not declared.
      else values.push([name, null]);
      continue;
    }
    const mismatch = inputMismatch(value, input.type);
    if (mismatch) complaints.push(`Input '${name}' ${mismatch}`);
    else values.push([name, convert(value, kindOfInput[input.type])]);
  }
  if (complaints.length) throw new PflowError('usage', complaints.join(' '), { hint: usage(workflow) });
  return Object.fromEntries(values);
}

/** Why a value does not match the type, as the end of a sentence; undefined if it does. */
export function inputMismatch(value: unknown, type: InputType): string | undefined {
  const kind = kindOfInput[type];
  const converted = convert(value, kind);
  const whole = type === 'int' || type === 'integer';
  if (isKind(converted, kind) && !(whole && !Number.isInteger(converted))) return undefined;
  return `must be ${whole ? 'a whole number' : words[kind]}, not ${typeof value === 'string' ? `'${value}'` : kindOfValue(value)}.`;
}

const kindOfInput: Readonly<Record<InputType, ValueKind>> = {
  string: 'text',
  str: 'text',
  number: 'number',
  float: 'number',
  int: 'number',
  integer: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  object: 'object',
  dict: 'object',
  array: 'list',
  list: 'list',
  any: 'any',
};

const words: Readonly<Record<ValueKind, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a JSON object',
  list: 'a JSON list',
  any: 'any value',
};

function unknownInputs({ inputs }: Workflow, given: Readonly<Record<string, unknown>>): string[] {
  const known = Object.keys(inputs);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(inputs, name))
    .map((name) => {
      const { hint = known.length ? `Its inputs are: ${known.join(', ')}.` : 'It takes none.' } = didYouMean(
        name,
        known,
      );
      return `The workflow has no input '${name}'. ${hint}`;
    });
}

function valueOf(
  name: string,
  input: WorkflowInput,
  given: Readonly<Record<string, unknown>>,
  { stdin }: InputOptions,
): unknown {
  if (Object.hasOwn(given, name) && given[name] !== undefined) return given[name];
  return input.stdin && stdin !== undefined ? stdin : input.default;
}

function usage({ inputs }: Workflow): string {
  const names = Object.entries(inputs).map(([name, input]) => {
    const optional = !input.required || input.default !== undefined;
    return optional ? `[${name}=…]` : `${name}=…`;
  });
  return names.length ? `Give inputs as: ${names.join(' ')}` : 'Run it without key=value arguments.';
}
