/** Compiles the command of a shell node: values that come from outside are quoted where they are inserted. */
import { PflowError } from '../lib/error.js';
import type { WorkflowNode } from '../workflow/format/ir.js';
import { compileParts, type CompiledTemplate, type TemplateRef } from '../workflow/format/template.js';
import type { Taint } from '../workflow/taint/analyze-taint.js';
import { quoteCommand, type Unquotable } from '../workflow/taint/quote-command.js';
import { adviseInstead, isRaw } from '../workflow/taint/command-notes.js';

/** Whether values are inserted into the command of a node quoted. */
export function isQuoted(node: WorkflowNode): boolean {
  return node.type === 'shell' && typeof node.params['command'] === 'string' && !isRaw(node);
}

/** The command as a template whose tainted values are quoted; rejects values that cannot be. */
export function compileCommand(node: WorkflowNode, command: string, taint: () => Taint): CompiledTemplate {
  const { references, resolve } = compileParts(command);
  const originOf = (refs: readonly TemplateRef[]) =>
    refs.map((ref) => taint().originOf(ref, node)).find((origin) => origin !== undefined);
  return {
    references,
    render(lookup, options) {
      const parts = resolve(lookup, options).map(({ text, source }) => {
        const origin = source && originOf(source.references);
        return source && origin !== undefined
          ? { text, data: { template: source.template, origin } }
          : { text };
      });
      return quoteCommand(parts, (where) => refuse(node.id, where));
    },
  };
}

function refuse(id: string, where: Unquotable): never {
  const { template, origin, inside } = where;
  throw new PflowError(
    'node_failed',
    `The command of node '${id}' has ${template}, data from ${origin}, in ${inside}. Its value has special characters and cannot be quoted there.`,
    { hint: adviseInstead(where) },
  );
}
