import { plural } from '../../lib/format.js';
import { createRegistry } from '../../nodes/registry.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { loadValid } from '../prepare.js';

/** `pflow workflow validate <file | name>`: everything wrong with a workflow, or that nothing is. */
export async function workflowValidate({ operands }: Call): Promise<ExitCode> {
  const [reference = ''] = operands;
  const { workflow } = loadValid(reference, createRegistry());
  print(`${reference} is valid: ${plural(workflow.nodes.length, 'node')}.`);
  return exitCodes.done;
}
