/** Parses the command line of the home screen into a request or a workflow with inputs. */
import { PflowError } from '../../lib/error.js';
import { isWorkflowRef } from '../../workflow/library/load-workflow.js';
import { parseTarget, type Target } from '../target/parse-target.js';

/**
 * Parses a line as a shell would have passed it: a workflow is followed by `key=value` words, and anything else is one request.
 * Throws a PflowError for a line that is neither.
 */
export function parseLine(line: string): Target {
  const words = splitWords(line);
  const [first = ''] = words;
  const target = isWorkflowRef(first) ? parseTarget(words) : parseTarget([line]);
  const missing = Object.entries(target.inputs).find(([, value]) => value === '');
  if (target.kind === 'workflow' && missing)
    throw new PflowError('usage', `Give '${missing[0]}' a value: ${missing[0]}=…`);
  return target;
}

/** Splits at spaces outside quotes; a quote may begin inside a word, as in `text="two words"`. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:"([^"]*)"?|'([^']*)'?|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(
      /"([^"]*)"?|'([^']*)'?/g,
      (_, double?: string, single?: string) => double ?? single ?? '',
    ),
  );
}
