/** Describes node types for prompts. */

import { z } from 'zod';
import type { NodeType } from '../../nodes/definition/node-type.js';
import { isRequired } from '../../workflow/format/schema-path.js';

/** One line per type, for selection. */
export function catalogueOverview(types: readonly NodeType[]): string {
  return types
    .map(({ type, description, effects }) => `- ${type}: ${description}${changes(effects)}`)
    .join('\n');
}

/** The full description of types: parameters, outputs, actions. */
export function catalogueDetails(types: readonly NodeType[]): string {
  return types.map(detailsOf).join('\n\n');
}

function detailsOf({ type, description, params, outputs, actions }: NodeType): string {
  return [
    `## ${type}`,
    description,
    'Parameters:',
    ...fieldLines(params, 'input'),
    'Outputs:',
    ...fieldLines(outputs, 'output'),
    ...(actions.length ? [`Actions besides "default": ${actions.join(', ')}`] : []),
  ].join('\n');
}

type FieldSchema = Readonly<{
  type?: unknown;
  anyOf?: readonly FieldSchema[];
  enum?: readonly unknown[];
  default?: unknown;
  description?: string;
}>;

function fieldLines(schema: z.ZodObject, io: 'input' | 'output'): string[] {
  const { properties = {} } = z.toJSONSchema(z.object(schema.shape), { io, unrepresentable: 'any' });
  const lines = Object.entries(properties).map(([name, property]) => {
    const field = property as FieldSchema;
    const must = io === 'input' && isRequired(schema.shape[name]!) ? ', required' : '';
    const byDefault = field.default === undefined ? '' : `, default ${JSON.stringify(field.default)}`;
    const description = field.description ?? schema.shape[name]!.description;
    return `- ${name} (${typeName(field)}${must}${byDefault})${description ? `: ${description}` : ''}`;
  });
  return lines.length ? lines : ['- none'];
}

function typeName(field: FieldSchema): string {
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (field.anyOf) return field.anyOf.map(typeName).join(' or ');
  return typeof field.type === 'string' ? field.type : 'any';
}

function changes(effects: NodeType['effects']): string {
  const felt = effects.filter((effect) => effect !== 'reads' && effect !== 'model');
  return felt.length ? ` [${felt.join(', ')}]` : '';
}
