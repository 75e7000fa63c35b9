/** Prints results on stdout and everything else on stderr, safe for terminals. */
import { messageOf, PflowError } from '../../lib/error.js';
import { safeText } from '../../lib/text/safe-text.js';
import { createRedactor, type Redactor } from '../../trace/redact/redact.js';

/** Prints a result on stdout: text as it is, anything else as JSON. null and undefined print nothing. */
export function printResult(result: unknown): void {
  if (result === undefined || result === null) return;
  print(typeof result === 'string' ? result : JSON.stringify(result, null, 2));
}

/** Prints text on stdout, ending with a newline. On a terminal, control characters are removed. */
export function print(text: string): void {
  const shown = process.stdout.isTTY ? safeText(text, { keepNewlines: true }) : text;
  process.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}

/** Prints one JSON value on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Prints a message on stderr, where it never mixes with a result. Secrets are masked as in the trace: an error's message may
 * quote a command, a header or an answer, and stderr ends up in the logs of CI.
 */
export function say(text: string): void {
  redactor ??= createRedactor({ env: process.env });
  process.stderr.write(`${safeText(redactor.text(text), { keepNewlines: true })}\n`);
}

/** Made for the first message: most commands print none. */
let redactor: Redactor | undefined;

/** Prints a warning on stderr. The same warning is printed once. */
export function warn(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  say(`pflow: warning: ${message}`);
}

const warned = new Set<string>();

/** Prints an error and its hint on stderr. */
export function sayError(error: unknown): void {
  say(`pflow: ${messageOf(error)}`);
  if (error instanceof PflowError && error.hint) say(`  ${error.hint}`);
}

/** Whether the terminal supports a full screen and key input. */
export function isFullTerminal(): boolean {
  const { env, stdin, stdout } = process;
  return Boolean(stdin.isTTY && stdout.isTTY) && env['TERM'] !== 'dumb' && !isCi(env);
}

/** Whether the user can be prompted: stdin and stderr are terminals, and this is not CI. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !isCi(process.env);
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['CI']) && env['CI'] !== 'false' && env['CI'] !== '0';
}
