/** Lists the shell commands of a workflow that insert data, with an alternative where the data cannot be quoted. */

import { compileParts } from '../format/template.js';
import type { Workflow, WorkflowNode } from '../format/ir.js';
import { formatPlace, type Problem } from '../format/problem.js';
import type { NodeCatalogue } from '../format/type-catalogue.js';
import type { Around } from '../check/nested-workflows.js';
import { analyzeTaint, ELSEWHERE } from './analyze-taint.js';
import { findUnquotable, IN_CMD, type CommandPart, type Unquotable } from './quote-command.js';

/** Whether a node opts out of quoting, by its own `raw` or by that parameter. One that only the run determines does not. */
export function isRaw({ raw, params }: Pick<WorkflowNode, 'raw' | 'params'>): boolean {
  return raw === true || params['raw'] === true || params['raw'] === 'true';
}

/** The alternative to inserting data at a position where it would be code. */
export function adviseInstead({ template, inside }: Pick<Unquotable, 'template' | 'inside'>): string {
  if (inside === 'the place of the whole command')
    return 'Write the program into `command`, or set `raw: true` to run the value as it is.';
  if (inside === IN_CMD)
    return `Pass it as stdin: "${template}", or use it in a code or write-file node; \`raw: true\` inserts it as it is.`;
  const stdin = inside === 'a here-document' ? `stdin: "${template}", or ` : '';
  return `Pass it as ${stdin}env: { DATA: "${template}" } and write "$DATA" in the command; \`raw: true\` inserts it as it is.`;
}

/** A note for every template in a command whose value comes from outside. The workflow has been validated. */
export function commandNotes(
  workflow: Workflow,
  types: Pick<NodeCatalogue, 'get'>,
  around: Around = [],
): Problem[] {
  const shells = workflow.nodes.filter(
    ({ type, params }) => type === 'shell' && typeof params['command'] === 'string',
  );
  if (shells.length === 0) return [];
  const taint = analyzeTaint(workflow, types, { around });
  return shells.flatMap((node): Problem[] => {
    const { command } = node.params;
    const parts: CommandPart[] = [];
    compileParts(String(command))
      .resolve(() => ({ found: true, value: '' }))
      .forEach(({ text, source }) => {
        const origin = source?.references
          .map((ref) => taint.originOf(ref, node))
          .find((each) => each !== undefined);
        const isData = source && origin !== undefined && origin !== ELSEWHERE;
        parts.push(isData ? { text, data: { template: source.template, origin } } : { text });
      });
    const unquotable = findUnquotable(parts);
    const path = formatPlace(['nodes', workflow.nodes.indexOf(node), 'params', 'command']);
    const seen = new Set<string>();
    return parts.flatMap(({ data }) => {
      if (!data || seen.has(data.template)) return [];
      seen.add(data.template);
      const about = `inserts ${data.template}, data from ${data.origin}`;
      if (isRaw(node)) return [{ path, message: `${about}, unquoted (raw: true): it runs as code.` }];
      const refused = unquotable.find(({ template }) => template === data.template);
      if (!refused) return [{ path, message: `${about}, quoted.` }];
      const message = `${about}, in ${refused.inside}, where a value with special characters fails.`;
      return [{ path, message, hint: adviseInstead(refused) }];
    });
  });
}
