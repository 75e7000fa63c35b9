/** Prints results on stdout and everything else on stderr, safe for terminals. */
import { messageOf, PflowError } from '../../lib/error.js';
import { linkToFile, supportsHyperlinks } from '../../lib/text/hyperlink.js';
import { safeJson, safeText } from '../../lib/text/safe-text.js';
import { explainSystemError } from './explain-system-error.js';
import { createRedactor, type Redactor } from '../../trace/redact/redact.js';

/**
 * Prints the result of a run on stdout: text as it is, anything else as JSON. null and undefined print nothing. A pipe gets the
 * text unchanged, which may be the content of a file; on a terminal, control characters are replaced.
 */
export function printResult(result: unknown): void {
  if (result === undefined || result === null) return;
  if (typeof result !== 'string') return printJson(result);
  writeLines(process.stdout.isTTY ? safeText(result, { keepNewlines: true }) : result);
}

/**
 * Prints text on stdout, ending with a newline. Control characters are replaced in a pipe too: its reader may be a terminal
 * (`| less -R`).
 */
export function print(text: string): void {
  writeLines(safeText(text, { keepNewlines: true }));
}

/** Prints one JSON value on stdout, on one line with `compact`. */
export function printJson(value: unknown, { compact = false }: Readonly<{ compact?: boolean }> = {}): void {
  writeLines(safeJson(JSON.stringify(value, null, compact ? undefined : 2)));
}

function writeLines(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/**
 * Prints a message on stderr, where it never mixes with a result. Secrets are masked as in the trace: an error's message may
 * quote a command, a header or an answer, and stderr ends up in the logs of CI.
 */
export function say(text: string): void {
  process.stderr.write(`${toSayable(text)}\n`);
}

/** As `say`, with the occurrence of a file's path as a link where the terminal supports that. */
export function sayWithLink(text: string, path: string | undefined): void {
  const safe = toSayable(text);
  const shown = path === undefined ? '' : safeText(path);
  const isLinked = shown !== '' && process.stderr.isTTY && supportsHyperlinks(process.env);
  // A function, because `$&` in a path would have a meaning in a replacement text.
  process.stderr.write(`${isLinked ? safe.replace(shown, () => linkToFile(shown, path!)) : safe}\n`);
}

/** Masks secrets and replaces what a terminal would interpret. */
function toSayable(text: string): string {
  redactor ??= createRedactor({ env: process.env });
  return safeText(redactor.text(text), { keepNewlines: true });
}

/** Made for the first message: most commands print none. */
let redactor: Redactor | undefined;

/** Prints a message on stderr that is pflow's own and quotes nothing: it has no secrets to mask, which takes longer than a short command. */
export function sayPlain(text: string): void {
  process.stderr.write(`${safeText(text, { keepNewlines: true })}\n`);
}

/** Prints a warning on stderr. The same warning is printed once. */
export function warn(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  say(`pflow: warning: ${message}`);
}

const warned = new Set<string>();

/** Prints an error and its hint on stderr. */
export function sayError(thrown: unknown): void {
  const error = explainSystemError(thrown);
  say(`pflow: ${messageOf(error)}`);
  if (error instanceof PflowError && error.hint) say(`  ${error.hint}`);
}

/** Whether the terminal supports a full screen and key input. */
export function isFullTerminal(): boolean {
  const { env, stdin, stdout } = process;
  return Boolean(stdin.isTTY && stdout.isTTY) && env['TERM'] !== 'dumb' && !isCi(env);
}

/** Whether stderr is a terminal on which a line can be redrawn in place. */
export function isLiveTerminal(): boolean {
  const { env, stderr } = process;
  return Boolean(stderr.isTTY) && env['TERM'] !== 'dumb' && !isCi(env);
}

/** Whether the user can be prompted: stdin and stderr are terminals, and this is not CI. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !isCi(process.env);
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['CI']) && env['CI'] !== 'false' && env['CI'] !== '0';
}
