/** The schema of the workflow format. */

import { z } from 'zod';
import { IR_VERSION, MOST_ITEMS } from './ir-constants.js';

/** JSON Schema and Python type names are synonyms. */
export const inputTypes = [
  'string',
  'number',
  'boolean',
  'object',
  'array',
  'str',
  'int',
  'integer',
  'float',
  'bool',
  'dict',
  'list',
  'any',
] as const;
export type InputType = (typeof inputTypes)[number];

const input = z.object({
  type: z.enum(inputTypes).default('any').describe('Type of the value'),
  description: z.string().optional().describe('Purpose of the value'),
  required: z.boolean().default(true).describe('Whether the input must be given'),
  default: z.unknown().optional().describe('Default value'),
  stdin: z.boolean().optional().describe('Whether the input takes piped standard input'),
});

const output = z.object({
  type: z.enum(inputTypes).optional(),
  description: z.string().optional(),
  source: z.string().optional().describe('A template such as ${node.key}'),
  stdout: z.boolean().optional().describe('Whether the run prints this output'),
});

const batch = z.object({
  items: z
    .union([z.string(), z.array(z.unknown()).max(MOST_ITEMS)])
    .describe('A list, or a template that resolves to one'),
  as: z.string().default('item').describe('Name of the item in templates'),
  parallel: z.boolean().default(false),
  max_concurrent: z.number().int().positive().default(10),
  max_retries: z
    .number()
    .int()
    .nonnegative()
    .default(1)
    .describe('Total attempts per item; 0 and 1 mean one attempt'),
  retry_wait: z.number().nonnegative().default(0).describe('Seconds'),
  error_handling: z.enum(['fail_fast', 'continue']).default('fail_fast'),
});

const retry = z.object({
  max: z.number().int().positive().max(100).describe('Attempts in total'),
  wait: z.number().nonnegative().default(0).describe('Seconds before the second attempt'),
  backoff: z
    .union([z.number().min(1), z.enum(['none', 'fixed', 'constant', 'exponential'])])
    .default(1)
    .describe('Factor by which each wait is longer than the one before; exponential is 2'),
});

const condition = z.union([z.string().min(1), z.boolean()]).transform(String);

const loop = z.object({
  while: condition.optional().describe('Repeats the node while this holds, such as ${node.more}'),
  until: condition.optional().describe('Repeats the node until this holds, such as ${node.score} >= 8'),
  max: z.number().int().positive().max(1000).optional().describe('Rounds at most'),
  carry: z
    .union([z.record(z.string(), z.unknown()), z.array(z.string())])
    .optional()
    .describe('Values of a round that replace parameters or inputs in the next one, by name'),
});

const node = z.object({
  id: z
    .string()
    .min(1)
    .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, "a letter or '_', then letters, digits, '_' or '-'"),
  type: z.string().min(1),
  purpose: z.string().optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  timeout: z
    .number()
    .positive()
    .optional()
    .describe('Timeout in seconds, including retries; in a batch for each attempt of an item'),
  batch: batch.optional(),
  retry: retry.optional(),
  loop: loop.optional(),
  error_action: z.string().min(1).optional().describe("The edge that a failure takes instead of 'error'"),
  raw: z
    .boolean()
    .optional()
    .describe('Whether a shell node inserts data into its command unquoted, as code'),
});

const edge = z.object({
  from: z.string().min(1),
  to: z.string().min(1),
  action: z.string().min(1).default('default'),
});

/** A workflow as JSON: the published pflow format 0.1.0. */
export const workflowSchema = z.object({
  ir_version: z.string().default(IR_VERSION),
  name: z.string().optional(),
  description: z.string().optional(),
  keywords: z.array(z.string()).optional().describe('Keywords for finding the workflow'),
  tags: z.record(z.string(), z.string()).optional().describe('Tags of every run, e.g. {"team": "search"}'),
  inputs: z.record(z.string(), input).default({}),
  outputs: z.record(z.string(), output).default({}),
  nodes: z.array(node).min(1),
  edges: z.array(edge).default([]),
  start_node: z.string().optional().describe('First node (default: nodes[0])'),
  enable_namespacing: z.boolean().default(true),
  template_resolution_mode: z.enum(['strict', 'permissive']).default('strict'),
});

/** A workflow with all defaults applied. */
export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowNode = Workflow['nodes'][number];
export type WorkflowEdge = Workflow['edges'][number];
export type WorkflowInput = z.infer<typeof input>;
