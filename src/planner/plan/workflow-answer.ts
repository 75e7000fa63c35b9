/** Converts structured answers to workflows and back. */

import type { z } from 'zod';
import type { Workflow } from '../../workflow/format/ir.js';
import { IR_VERSION } from '../../workflow/format/ir-constants.js';
import type { WorkflowAnswer } from './answers.js';
import type { Catalogue } from './planner-deps.js';
import { CONFIRM_DELETE } from './effects.js';
import { decodeParam, decodeValue, encodeValue } from './planned-values.js';

/** Converts an answer to IR for validation. Values are converted to the types of their parameters. */
export function workflowOf(answer: WorkflowAnswer, catalogue: Catalogue): Record<string, unknown> {
  return {
    ir_version: IR_VERSION,
    inputs: {
      ...Object.fromEntries(answer.inputs.map(({ name, ...input }) => [name, inputOf(input)])),
      ...(answer.nodes.some(({ type }) => type === 'delete-file') ? { [CONFIRM_DELETE]: unconfirmed } : {}),
    },
    nodes: answer.nodes.map(({ params, batch, ...node }) => ({
      ...node,
      params: paramsOf(params, catalogue.get(node.type)?.params.shape),
      ...(batch ? { batch: { ...batch, items: decodeValue('array', batch.items) } } : {}),
    })),
    edges: answer.edges,
    outputs: Object.fromEntries(
      answer.outputs.map(({ name, description, source }) => [
        name,
        description ? { description, source } : { source },
      ]),
    ),
  };
}

/** Converts a workflow to an answer, for clients that answer by rules. */
export function answerOf(workflow: Workflow, reading: readonly string[]): WorkflowAnswer {
  return {
    reading: [...reading],
    inputs: Object.entries(workflow.inputs).map(
      ([name, { type, description, required, default: value, stdin }]) => ({
        name,
        type: type as WorkflowAnswer['inputs'][number]['type'],
        description: description ?? '',
        required,
        default: value === undefined ? null : encodeValue(value),
        stdin: stdin ?? false,
      }),
    ),
    nodes: workflow.nodes.map(({ id, type, purpose, params, batch }) => ({
      id,
      type,
      purpose: purpose ?? '',
      params: Object.entries(params).map(([name, value]) => ({ name, value: encodeValue(value) })),
      batch: batch ? { items: encodeValue(batch.items), as: batch.as, parallel: batch.parallel } : null,
    })),
    edges: workflow.edges,
    outputs: Object.entries(workflow.outputs).map(([name, { description, source }]) => ({
      name,
      description: description ?? '',
      source: source ?? '',
    })),
  };
}

const unconfirmed = {
  type: 'boolean',
  description: 'Whether files may be deleted',
  required: false,
  default: false,
};

function inputOf(input: Omit<WorkflowAnswer['inputs'][number], 'name'>): Record<string, unknown> {
  const { default: text, stdin, ...typed } = input;
  const rest = stdin ? { ...typed, stdin } : typed;
  return text === null ? rest : { ...rest, default: decodeValue(input.type, text) };
}

function paramsOf(
  params: WorkflowAnswer['nodes'][number]['params'],
  fields: Readonly<Record<string, z.ZodType>> = {},
): Record<string, unknown> {
  const fieldOf = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  return Object.fromEntries(params.map(({ name, value }) => [name, decodeParam(fieldOf(name), value)]));
}
