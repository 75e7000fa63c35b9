/** Errors for clauses that do not parse. */

import { PflowError } from '../../../lib/error.js';
import { nearest } from '../../../lib/text/nearest.js';
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

/** The error for a clause that does not parse: quotes it and shows valid forms. */
export function unreadable(
  clause: string,
  reason: string,
  language: { forms: readonly string[]; verbs: readonly string[] },
): PflowError {
  const [first = ''] = clause.split(/\s/);
  const isTypo = first.length <= LONGEST_VERB && !language.verbs.includes(first.toLowerCase());
  const [close] = isTypo ? nearest(first, language.verbs, 1) : [];
  return new PflowError('cannot_plan', `Offline rules cannot read "${shorten(clause)}": ${shorten(reason)}`, {
    hint: [
      ...(close ? [`Did you mean '${close}'?`] : []),
      `They read: ${language.forms.join(' · ')}.`,
      `Any other wording needs a model. ${HOW_TO_CONNECT_A_MODEL}`,
    ].join(' '),
  });
}

/** The error for a clause that needs a model. */
export function needsModel(clause: string): PflowError {
  return new PflowError(
    'needs_model',
    `"${shorten(clause)}" needs a language model, and none is connected.`,
    { hint: HOW_TO_CONNECT_A_MODEL },
  );
}

const LONGEST_VERB = 20;
const LONGEST_QUOTE = 200;

function shorten(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
