import { messageOf, PflowError } from '../../lib/error.js';
import { safeText } from '../../lib/text/safe-text.js';

/** Prints a result on stdout: text as it is, anything else as JSON. Nothing is printed for a result that is nothing. */
export function printResult(result: unknown): void {
  if (result === undefined || result === null) return;
  print(typeof result === 'string' ? result : JSON.stringify(result, null, 2));
}

/** Prints text on stdout, ending its line. On a terminal it cannot move the cursor or write the clipboard. */
export function print(text: string): void {
  const shown = process.stdout.isTTY ? safeText(text, { keepNewlines: true }) : text;
  process.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}

/** Prints one JSON value on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Tells the person something on stderr, where it never mixes with a result. */
export function say(text: string): void {
  process.stderr.write(`${safeText(text, { keepNewlines: true })}\n`);
}

/** A warning on stderr. What several parts of the program stumble over is said once. */
export function warn(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  say(`pflow: warning: ${message}`);
}

const warned = new Set<string>();

/** An error on stderr: what happened, and what to do about it. */
export function sayError(error: unknown): void {
  say(`pflow: ${messageOf(error)}`);
  if (error instanceof PflowError && error.hint) say(`  ${error.hint}`);
}

/** Whether a full screen can be drawn and keys can be read. */
export function isFullTerminal(): boolean {
  const { env, stdin, stdout } = process;
  return Boolean(stdin.isTTY && stdout.isTTY) && env['TERM'] !== 'dumb' && !isCi(env);
}

/** Whether a person can be asked something on stderr and answer on stdin. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !isCi(process.env);
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['CI']) && env['CI'] !== 'false' && env['CI'] !== '0';
}
