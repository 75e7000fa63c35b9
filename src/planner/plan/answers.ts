/** Schemas of the structured answers in planning. */

import { z } from 'zod';

/*
 * The shapes of the planner's structured answers. Every provider's strict mode accepts them: all fields are required
 * (what may be missing is null), no object has free keys, and a value of any type travels as text (see values.ts).
 */

const valueTypes = ['string', 'number', 'boolean', 'object', 'array'] as const;

const text = 'Text as it is; a number, boolean, list or object as JSON';

/** Which saved workflow matches the request, if any. */
export const discoveryAnswer = z.object({
  found: z.boolean().describe('Whether one saved workflow does exactly what is requested'),
  workflow_name: z.string().nullable().describe('Its name, or null'),
  reasoning: z.string().describe('One sentence: why this one, or why none'),
});

/** Which node types the workflow needs. */
export const browsingAnswer = z.object({
  node_types: z.array(z.string()).describe('Names from the catalogue, in the order of use'),
  reasoning: z.string().describe('One sentence'),
});

const discoveredParam = z.object({
  name: z.string().describe('snake_case, by its role: file_path, url, output_path'),
  type: z.enum(valueTypes),
  value: z.string().describe(text),
  description: z.string().describe('What the value is for, in a few words'),
});

/** The literal values in the request. */
export const parametersAnswer = z.object({ parameters: z.array(discoveredParam) });
export type DiscoveredParam = Readonly<z.infer<typeof discoveredParam>>;

/** A workflow, with values as text. */
export const workflowAnswer = z.object({
  reading: z
    .array(z.string())
    .describe("One line for each part of the request: 'the part → the node types that do it'"),
  inputs: z.array(
    z.object({
      name: z.string(),
      type: z.enum(valueTypes),
      description: z.string(),
      required: z.boolean(),
      default: z.string().nullable().describe(`${text}; null for none`),
      stdin: z.boolean().describe('Whether piped standard input is its value'),
    }),
  ),
  nodes: z.array(
    z.object({
      id: z.string().describe('A letter, then letters, digits, _ or -'),
      type: z.string().describe('A name from the catalogue'),
      purpose: z.string().describe('What this step is for, in a few words'),
      params: z.array(
        z.object({ name: z.string(), value: z.string().describe(`${text}; templates allowed`) }),
      ),
      batch: z
        .object({
          items: z.string().describe('A template that gives a list, or a list as JSON'),
          as: z.string().describe('The name under which templates see the element'),
          parallel: z.boolean(),
        })
        .nullable()
        .describe('To run the node once for each element of a list; otherwise null'),
    }),
  ),
  edges: z.array(
    z.object({ from: z.string(), to: z.string(), action: z.string().describe("'default' or 'error'") }),
  ),
  outputs: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      source: z.string().describe('A template such as ${node.key}'),
    }),
  ),
});
export type WorkflowAnswer = z.infer<typeof workflowAnswer>;

/** The input values that the request states. */
export const mappingAnswer = z.object({
  values: z.array(
    z.object({
      input: z.string(),
      value: z.string().nullable().describe(`${text}; null where the request does not say`),
    }),
  ),
});

/** Name and description of the workflow. */
export const metadataAnswer = z.object({
  name: z
    .string()
    .describe('kebab-case, two to four words, a verb first, without the values of this request'),
  description: z.string().describe('One sentence that says what it does for any values of its inputs'),
});
