/** Assembles a shell command from constant text and data, quoting the data for its context. */

import { ShellScanner } from './shell-context.js';

/** A part of a command. With `origin` it is data, from a template of this text. */
export type CommandPart = Readonly<{ text: string; data?: Readonly<{ template: string; origin: string }> }>;

/** Data at a position where quoting does not keep it from being code. */
export type Unquotable = Readonly<{ template: string; origin: string; inside: string }>;

/**
 * Joins the parts of a command for a POSIX shell. Data without a metacharacter is inserted unchanged, other data is quoted for
 * its context: bare, in double quotes, in single quotes. Calls `refuse` for data in any other context. On Windows commands run
 * in cmd.exe, which substitutes variables and ends commands inside of quotes too: there, all such data is refused.
 */
export function quoteCommand(
  parts: readonly CommandPart[],
  refuse: (where: Unquotable) => never,
  platform: NodeJS.Platform = process.platform,
): string {
  const scanner = new ShellScanner();
  const isWhole = parts.every(({ text, data }) => data !== undefined || text.trim() === '');
  let command = '';
  for (const { text, data } of parts) {
    if (data === undefined || isPlain(text, scanner.atCommandName, platform)) {
      scanner.scan(text);
      command += text;
      continue;
    }
    if (platform === 'win32') refuse({ ...data, inside: IN_CMD });
    const { context } = scanner;
    if (context.kind === 'code') refuse({ ...data, inside: context.inside });
    if (isWhole) refuse({ ...data, inside: 'the place of the whole command' });
    if (context.kind === 'comment') {
      if (/[\n\r]/.test(text)) refuse({ ...data, inside: 'a comment' });
      command += text;
      continue;
    }
    scanner.skip(text);
    command += quote(text, context.kind);
  }
  return command;
}

/** The contexts at which data that needs quoting would be refused, before its values are known. */
export function findUnquotable(
  parts: readonly CommandPart[],
  platform: NodeJS.Platform = process.platform,
): Unquotable[] {
  const found: Unquotable[] = [];
  const scanner = new ShellScanner();
  const isWhole = parts.every(({ text, data }) => data !== undefined || text.trim() === '');
  for (const { text, data } of parts) {
    if (data === undefined) {
      scanner.scan(text);
      continue;
    }
    const { context } = scanner;
    if (platform === 'win32') found.push({ ...data, inside: IN_CMD });
    else if (context.kind === 'code') found.push({ ...data, inside: context.inside });
    else if (isWhole) found.push({ ...data, inside: 'the place of the whole command' });
    scanner.skip('x');
  }
  return found;
}

/** The context of all data in a command on Windows. */
export const IN_CMD = 'a command of cmd.exe';

/**
 * Whether a shell treats the text as literal in every context. `=` makes an assignment of the first word of a command, so it
 * is not plain there; cmd.exe substitutes `%PATH%`.
 */
function isPlain(text: string, atCommandName: boolean, platform: NodeJS.Platform): boolean {
  if (platform === 'win32' && text.includes('%')) return false;
  return PLAIN.test(text) && !(atCommandName && text.includes('='));
}

const PLAIN = /^[\p{L}\p{N}\p{M}_@%+=:,./-]*$/u;

function quote(text: string, kind: 'bare' | 'double' | 'single'): string {
  if (kind === 'double') return text.replace(/[\\"$`]/g, '\\$&');
  const inner = text.replaceAll("'", String.raw`'\''`);
  return kind === 'single' ? inner : `'${inner}'`;
}
