/** Decides whether words on the command line are a request, before any of them reaches a model. */
import { existsSync } from 'node:fs';
import { PflowError } from '../../lib/error.js';
import { editDistance } from '../../lib/text/nearest.js';
import { openings } from '../../planner/offline/verbs.js';
import { adviceOnCommand } from './published-commands.js';
import { quoteRequest } from './quoted-request.js';
import { suggest } from './suggest.js';
import { workflowNames } from '../../workflow/library/library.js';
import { listWorkflowFiles } from '../../workflow/library/load-workflow.js';
import { commandNames } from './command-names.js';

/**
 * Throws a usage error for words that are meant as a command. One argument with a space is always a request. A single bare
 * word never is. Several words are not one if they are a command of published pflow with its operands, or if the first is
 * nearly a command and begins no form of the offline language.
 */
export function checkRequest(words: readonly string[]): void {
  const [first = ''] = words;
  if (/\s/.test(first)) return;
  const advice = adviceOnCommand(words);
  if (advice !== undefined)
    throw new PflowError(
      'usage',
      `'pflow ${first}' is a command of published pflow and does not exist here.`,
      {
        hint: `${advice}${words.length > 1 ? ` ${quoteRequest(words)}` : ''}`,
      },
    );
  if (words.length === 1) {
    if (!/^[A-Za-z][\w-]*$/.test(first)) return checkFile(first);
    const near = suggest(first, [...commandNames, ...workflowNames()]);
    throw new PflowError('usage', `'${first}' is neither a command nor a saved workflow.`, {
      hint:
        near === undefined
          ? 'A request has several words: pflow "summarize notes.md". `pflow --help` lists the commands.'
          : `Did you mean \`pflow ${near}\`?`,
    });
  }
  const near = openings.some((opening) => opening.split(' ')[0] === first.toLowerCase())
    ? undefined
    : commandNames.find(
        (name) => name !== first && editDistance(first.toLowerCase(), name) <= (name.length < 6 ? 1 : 2),
      );
  if (near === undefined) return;
  throw new PflowError('usage', `'${first}' is not a command.`, {
    hint: `Did you mean \`pflow ${near}\`? ${quoteRequest(words)}`,
  });
}

/** A single word that is nearly the name of a workflow file is a misspelled one, and no request. */
function checkFile(path: string): void {
  const near = suggest(path, listWorkflowFiles(path));
  const isWorkflow = /\.pflow\.\w+$/i.test(path);
  if ((near === undefined && !isWorkflow) || existsSync(path)) return;
  throw new PflowError('usage', `There is no workflow file '${path}'.`, {
    hint:
      near === undefined
        ? 'A workflow file ends in .json or .pflow.md. `pflow workflow list` lists the saved workflows.'
        : `Did you mean \`pflow ${near}\`?`,
  });
}
