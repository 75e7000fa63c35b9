/** Decides whether words on the command line are a request, before any of them reaches a model. */
import { existsSync, statSync } from 'node:fs';
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
    if (!/^[A-Za-z][\w-]*$/.test(first)) throw explainPath(first);
    if (existsSync(first)) throw explainExisting(first);
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

/** What to type instead of a path or an address alone. */
function explainPath(path: string): PflowError {
  if (/^https?:\/\/\S/i.test(path)) return explainThing(path, 'an address', 'summarize');
  if (existsSync(path)) return explainExisting(path);
  const near = suggest(path, listWorkflowFiles(path));
  const isWorkflow = /\.pflow\.\w+$/i.test(path) || near !== undefined;
  return new PflowError('usage', `There is no ${isWorkflow ? 'workflow ' : ''}file '${path}'.`, {
    hint:
      near === undefined
        ? 'A workflow file ends in .json or .pflow.md. `pflow workflow list` lists the saved workflows.'
        : `Did you mean \`pflow ${near}\`?`,
  });
}

function explainExisting(path: string): PflowError {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? explainThing(path, 'a folder', 'list the files in')
    : explainThing(path, 'a file', 'summarize');
}

function explainThing(name: string, kind: string, verb: string): PflowError {
  const request = JSON.stringify(`${verb} ${name}`);
  return new PflowError('usage', `'${name}' is ${kind}.`, {
    hint: `Say what to do with it: pflow ${request}`,
  });
}
