/** Parses operands into a workflow or request with inputs. */
import { PflowError } from '../../lib/error.js';
import { checkRequest } from './check-request.js';
import { isWorkflowFile, isWorkflowRef } from '../../workflow/library/load-workflow.js';

/** What to run. `inputs` are the key=value operands, as text. */
export type Target =
  | Readonly<{ kind: 'workflow'; reference: string; inputs: Readonly<Record<string, string>> }>
  | Readonly<{ kind: 'request'; request: string; inputs: Readonly<Record<string, string>> }>;

/**
 * Parses operands: a first operand that is the path of a workflow file is that workflow, a single operand that names a saved workflow
 * is that workflow, and anything else is a request. Trailing key=value operands are inputs.
 */
export function parseTarget(words: readonly string[]): Target {
  const end = words.findLastIndex((word) => !INPUT.test(word)) + 1;
  const said = words.slice(0, end);
  const inputs = Object.fromEntries(words.slice(end).map(splitInput));
  const [first = '', second] = said;
  if (isWorkflowRef(first)) {
    if (second === undefined) return { kind: 'workflow', reference: first, inputs };
    if (isWorkflowFile(first)) throw unexpected(second, first);
  }
  const request = said.join(' ').trim();
  if (request === '') throw nothingAsked();
  checkRequest(said);
  return { kind: 'request', request, inputs };
}

/** Parses operands of which all must be key=value inputs. */
export function parseInputOperands(words: readonly string[]): Readonly<Record<string, string>> {
  const other = words.find((word) => !INPUT.test(word));
  if (other !== undefined)
    throw new PflowError('usage', `After the trace, only key=value inputs are allowed, not '${other}'.`);
  return Object.fromEntries(words.map(splitInput));
}

const INPUT = /^([A-Za-z_][A-Za-z0-9_-]*)=([^]*)$/;

function splitInput(word: string): [string, string] {
  const [, name, value] = INPUT.exec(word)!;
  return [name!, value!];
}

function unexpected(word: string, file: string): PflowError {
  return new PflowError(
    'usage',
    `After the workflow ${file}, only key=value inputs are allowed, not '${word}'.`,
    {
      hint: 'If it is a request, quote it.',
    },
  );
}

function nothingAsked(): PflowError {
  return new PflowError('usage', 'The request is empty.', {
    hint: 'For example: pflow "summarize README.md"',
  });
}
