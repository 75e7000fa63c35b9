/** Creates a node type from an MCP tool. */

import { isDeepStrictEqual } from 'node:util';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import { defineNode } from '../definition/define-node.js';
import { errorOutput } from '../files/file-problem.js';
import type { NodeType } from '../definition/node-type.js';
import type { McpConnection } from './mcp-connection.js';

/** Creates the node type of a tool, with the parameters of the tool. */
export function toolType(server: string, tool: Tool, call: McpConnection['call']): NodeType {
  return defineNode({
    type: typeName(server, tool.name),
    description:
      tool.description?.trim() || tool.title || `The tool '${tool.name}' of the MCP server '${server}'.`,
    params: objectSchema(tool.inputSchema),
    outputs: outputSchemaOf(tool),
    actions: ['error'],
    effects: tool.annotations?.readOnlyHint ? ['reads'] : ['sends'],
    exec: async ({ params, signal, log, progress, traceparent }) =>
      outputsOf(tool.name, await call(tool.name, params, { signal, log, progress, traceparent })),
  });
}

/** The fields of the structured result, the result itself, and what else the tool returned. */
function outputSchemaOf({ outputSchema }: Tool): z.ZodObject {
  const own = objectSchema(outputSchema);
  const has = (name: string): boolean => Object.hasOwn(own.shape, name);
  return own.extend({
    ...(has('result') ? {} : { result: z.unknown().describe('Result of the tool: structured data or text') }),
    ...(outputSchema && !has('content')
      ? { content: z.unknown().optional().describe('Text, images and links next to the structured data') }
      : {}),
    error: errorOutput,
  });
}

/** The node type name of a tool. */
export function typeName(server: string, tool: string): string {
  return `mcp-${server}-${tool}`;
}

/**
 * Converts a JSON Schema of an object as far as supported; the rest accepts any value. Its regular expressions are the server's, and one
 * may never end: they are left out here, and the server applies them itself.
 */
function objectSchema(schema: Tool['inputSchema'] | undefined): z.ZodObject {
  if (!schema) return z.looseObject({});
  try {
    const read = z.fromJSONSchema(withoutPatterns(schema) as z.core.JSONSchema.JSONSchema);
    return read instanceof z.ZodObject ? described(read, schema.properties) : z.looseObject({});
  } catch {
    return z.looseObject({});
  }
}

/** A copy without `pattern` and `patternProperties`. A parameter may have such a name: below `properties`, keys are names. */
function withoutPatterns(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((part) => withoutPatterns(part));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => areNames || (key !== 'pattern' && key !== 'patternProperties'))
      .map(([key, part]) => [
        key,
        !areNames && VALUES.has(key) ? part : withoutPatterns(part, !areNames && NAME_MAPS.has(key)),
      ]),
  );
}

/** The keywords of JSON Schema whose value maps names to schemas. */
const NAME_MAPS = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);

/** The keywords whose value is data. */
const VALUES = new Set(['default', 'const', 'enum', 'examples']);

/** A default replaces the schema with the description, so the description is reapplied. */
function described(schema: z.ZodObject, properties: Tool['inputSchema']['properties'] = {}): z.ZodObject {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const { description } = (properties[name] ?? {}) as { description?: unknown };
    return [name, typeof description === 'string' ? (field as z.ZodType).describe(description) : field];
  });
  return schema.safeExtend(Object.fromEntries(fields) as z.ZodRawShape);
}

function outputsOf(tool: string, result: CallToolResult): Record<string, unknown> {
  const { structuredContent: structured, isError } = result;
  if (isError) throw new PflowError('node_failed', textOf(result) || `The tool '${tool}' failed.`);
  const content = result.content ?? [];
  if (structured) {
    // A field of the tool's own takes precedence: FastMCP wraps a plain value as `{ result }`.
    const more = repeats(result, structured) ? {} : { content };
    return { result: structured, ...more, ...structured };
  }
  const onlyText = content.every(({ type }) => type === 'text');
  return { result: onlyText ? textOf(result) : content };
}

/** Whether the content is only the structured data as text, which servers send for older clients. */
function repeats(result: CallToolResult, structured: Record<string, unknown>): boolean {
  const content = result.content ?? [];
  if (content.some(({ type }) => type !== 'text')) return false;
  const text = textOf(result).trim();
  const values = Object.values(structured);
  if (text === '' || (values.length === 1 && text === String(values[0]))) return true;
  try {
    const parsed: unknown = JSON.parse(text);
    return (
      isDeepStrictEqual(parsed, structured) || (values.length === 1 && isDeepStrictEqual(parsed, values[0]))
    );
  } catch {
    return false;
  }
}

function textOf({ content = [] }: CallToolResult): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
