/** Starts the program of `pflow profile` before the rest of pflow is loaded, so that it starts hardly later than by itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import type { ObservedProgram } from './observed-program.js';

/** Options without a value; any other is left to the parser of the command line. */
const flags: Readonly<Record<string, 'gateway' | 'content' | undefined>> = {
  '-p': undefined,
  '--print': undefined,
  '--gateway': 'gateway',
  '--content': 'content',
  '--no-trace': undefined,
  '--no-ledger': undefined,
  '--no-redact': undefined,
};

let started: Promise<ObservedProgram> | undefined;

/** Starts the program, and resolves when it has been spawned, if the arguments are those of `profile` and nothing has to be known before: no budget and no other environment. */
export async function startEarly(argv: readonly string[]): Promise<void> {
  if (argv[0] !== 'profile' || needsSettings()) return;
  const options = { gateway: false, content: false };
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at]!;
    if (!word.startsWith('-') || word === '--') {
      const words = argv.slice(word === '--' ? at + 1 : at);
      if (words.length === 0 || words[0] === '') return;
      started = start(words, options);
      // An error is the command's, which takes the program.
      return void (await started.catch(() => {}));
    }
    if (!Object.hasOwn(flags, word)) return;
    const name = flags[word];
    if (name !== undefined) options[name] = true;
  }
}

/** The program that has been started; undefined if the command starts it itself. */
export function takeEarly(): Promise<ObservedProgram> | undefined {
  const taken = started;
  started = undefined;
  return taken;
}

async function start(
  words: readonly string[],
  options: Readonly<{ gateway: boolean; content: boolean }>,
): Promise<ObservedProgram> {
  const { startObserved } = await import('./observed-program.js');
  return startObserved(words, options, 'inherit');
}

/** Whether the settings file may have budgets, which may refuse the run, or keys for the program's environment. */
function needsSettings(): boolean {
  try {
    return /"(?:budgets|env)"/.test(readFileSync(join(pflowHome(), 'settings.json'), 'utf8'));
  } catch {
    return false;
  }
}
