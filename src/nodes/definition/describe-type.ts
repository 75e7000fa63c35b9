/** Describes node types from their schemas. */

import type { z } from 'zod';
import { isKind } from '../../workflow/format/schema-kind.js';
import { isOpen, isRequired, kindOf } from '../../workflow/format/schema-path.js';
import type { NodeType } from './node-type.js';

export type FieldDescription = Readonly<{
  name: string;
  /** `text`, `a number`, `a list`, `one of a, b` … */
  kind: string;
  description: string;
  required: boolean;
  default?: unknown;
}>;

/** A node type as plain data. */
export type NodeTypeDescription = Readonly<{
  type: string;
  description: string;
  params: readonly FieldDescription[];
  outputs: readonly FieldDescription[];
  /** All actions, `default` first. */
  actions: readonly string[];
  /** Whether any action is possible. */
  anyAction: boolean;
  effects: readonly string[];
}>;

/** Describes a node type from its schemas. */
export function describeNodeType({
  type,
  description,
  params,
  outputs,
  actions,
  anyAction = false,
  effects,
}: NodeType): NodeTypeDescription {
  return {
    type,
    description,
    params: fields(params),
    outputs: fields(outputs),
    actions: ['default', ...actions],
    anyAction,
    effects,
  };
}

/** Formats the description as text: one line per parameter and output. */
export function nodeTypeText(nodeType: NodeType): string {
  const { type, description, params, outputs, actions, anyAction, effects } = describeNodeType(nodeType);
  return [
    `${type}: ${description}`,
    '',
    'Parameters',
    ...lines(params, isOpen(nodeType.params)),
    '',
    'Outputs',
    ...lines(
      outputs.map((field) => ({ ...field, required: true })),
      isOpen(nodeType.outputs),
    ),
    '',
    `Actions: ${actions.join(', ')}${anyAction ? ', or any other' : ''}`,
    ...(effects.length ? [`Effects: ${effects.join(', ')}`] : []),
  ].join('\n');
}

function fields(schema: z.ZodObject): FieldDescription[] {
  return (Object.entries(schema.shape) as [string, z.ZodType][]).map(([name, field]) => {
    const byDefault = isKind(field, 'default') ? { default: field.def.defaultValue as unknown } : {};
    return {
      name,
      kind: kindOf(field),
      description: field.description ?? '',
      required: isRequired(field),
      ...byDefault,
    };
  });
}

function lines(described: readonly FieldDescription[], open: boolean): string[] {
  if (described.length === 0) return [open ? '  any' : '  none'];
  const width = Math.max(...described.map(({ name }) => name.length));
  return described.map((field) => {
    const byDefault = field.default === undefined ? 'optional' : `default ${JSON.stringify(field.default)}`;
    return `  ${field.name.padEnd(width)}  ${field.description} (${field.kind}${field.required ? '' : `, ${byDefault}`})`;
  });
}
