/** Checks the parameters of nodes before templates are resolved. */

import type { z } from 'zod';
import type { NodeSignature } from '../format/type-catalogue.js';
import { convertParam } from '../format/convert-param.js';
import type { WorkflowNode } from '../format/ir.js';
import { isTimeoutOfNode } from './node-timeout.js';
import { formatPlace, type Problem } from '../format/problem.js';
import { schemaProblems, unknownKeys } from '../format/schema-problems.js';
import { isOpen, isRequired, kindOf } from '../format/schema-path.js';
import { compileTemplate } from '../format/template.js';

type Steps = readonly PropertyKey[];

/** The parameters that a node type does not have: they have no effect. */
export function unknownParams(node: WorkflowNode, type: NodeSignature, at: Steps): Problem[] {
  const { params } = type;
  if (isOpen(params)) return [];
  const known = [...Object.keys(params.shape), ...(isTimeoutOfNode(node, type) ? ['timeout'] : [])];
  return unknownKeys(node.params, known, at, `node type '${node.type}'`);
}

/** A `raw` of the node itself, which concerns commands only. */
export function misplacedRaw({ raw, type }: WorkflowNode, at: Steps): Problem[] {
  if (raw === undefined || type === 'shell') return [];
  return [
    { path: formatPlace(at), message: `has no effect on '${type}': it is for the command of a shell node.` },
  ];
}

/** Checks the parameters of a node as far as possible without template values. */
export function paramProblems(node: WorkflowNode, type: NodeSignature, at: Steps): Problem[] {
  const { params, verbatim } = type;
  const fields = Object.entries(params.shape) as [string, z.ZodType][];
  return fields.flatMap(([name, field]) => {
    if (!Object.hasOwn(node.params, name)) return isRequired(field) ? [missing(node, name, field, at)] : [];
    const value = node.params[name];
    return !verbatim?.includes(name) && compileTemplate(value).references.length
      ? []
      : schemaProblems(field, convertParam(field, value), [...at, name]);
  });
}

function missing(node: WorkflowNode, name: string, field: z.ZodType, at: Steps): Problem {
  const meaning = field.description ? `: ${field.description}` : '';
  return {
    path: formatPlace([...at, name]),
    message: `is missing. Node type '${node.type}' needs it (${kindOf(field)}${meaning}).`,
  };
}
