/** Errors for clauses that do not parse. */

import { PflowError } from '../../../lib/error.js';
import { HOW_TO_CONNECT_A_MODEL } from '../../../llm/select/provider-list.js';

/** The failure of a rule; `at` is how far it got. */
export class Unread extends Error {
  override readonly name = 'Unread';
  readonly at: number;

  constructor(message: string, at = 0) {
    super(message);
    this.at = at;
  }
}

/** The error for a clause that does not parse: quotes it, and shows the nearest request that does. */
export function unreadable(clause: string, reason: string, near: string): PflowError {
  return new PflowError('cannot_plan', `Offline rules cannot read "${shorten(clause)}": ${shorten(reason)}`, {
    hint: [
      `Try:       pflow ${shellQuoted(near)}`,
      '  All forms: pflow help offline       or connect a model: pflow help models',
    ].join('\n'),
  });
}

/** Quoted so that a shell leaves it unchanged. */
function shellQuoted(request: string): string {
  if (!/["`$\\!]/.test(request)) return `"${request}"`;
  return `'${request.replaceAll("'", "'\\''")}'`;
}

/** The error for a clause that needs a model. */
export function needsModel(clause: string): PflowError {
  return new PflowError(
    'needs_model',
    `"${shorten(clause)}" needs a language model, and none is connected.`,
    { hint: HOW_TO_CONNECT_A_MODEL },
  );
}

/** The same error for a request that the rules must plan although a model is connected: that is why it is not planned. */
export function withConnectedModel(error: PflowError): PflowError {
  const message =
    error.code === 'needs_model'
      ? error.message.replace('none is connected.', '`--planner rules` plans without one.')
      : error.message;
  return new PflowError(error.code, message, {
    hint: 'Leave out `--planner rules`: a model is connected. `pflow help offline` lists what the rules read.',
    cause: error,
  });
}

const LONGEST_QUOTE = 200;

function shorten(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
