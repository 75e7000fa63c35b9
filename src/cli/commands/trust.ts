/** Runs `pflow trust`: shows the code of a project that pflow would run, and trusts it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PflowError } from '../../lib/error.js';
import { safeText } from '../../lib/text/safe-text.js';
import { canAsk, print, say } from '../io/console.js';
import { exitCodes, type ExitCode } from '../io/exit-code.js';
import type { Invocation } from '../io/invocation.js';
import { table } from '../io/text-table.js';
import { askYesNo } from '../plan-review/confirm-plan.js';
import { indented } from '../trust/ask-trust.js';
import { findProjectCode } from '../trust/project-code.js';
import { readTrusted, removeTrust, trustFolder, trustStateOf } from '../trust/trust-store.js';

type TrustOptions = Readonly<{ list?: boolean; remove?: boolean; yes?: boolean }>;

/** `pflow trust [folder]`: trusts the node files and MCP servers of a folder as they are now; on a terminal, after a confirmation. */
export async function trust({ operands, options }: Invocation<TrustOptions>): Promise<ExitCode> {
  if (options.list) return listTrusted();
  const folder = resolve(operands[0] ?? '.');
  if (options.remove) return forget(folder);
  if (!existsSync(folder)) throw new PflowError('not_found', `There is no folder '${folder}'.`);
  const code = findProjectCode(folder);
  if (!code) {
    print(`There is no code of a project in ${folder}: no .pflow/nodes and no .pflow/mcp.json.`);
    return exitCodes.done;
  }
  print([`pflow would run this code of ${safeText(code.folder)}:`, ...indented(code)].join('\n'));
  if (trustStateOf(code) === 'trusted') {
    print('It is trusted already.');
    return exitCodes.done;
  }
  if (!options.yes && canAsk() && !(await askYesNo('It runs with your permissions. Trust it?'))) {
    say('It is not trusted.');
    return exitCodes.cancelled;
  }
  trustFolder(code);
  print('It is trusted until its content changes. `pflow trust --remove` takes that back.');
  return exitCodes.done;
}

function listTrusted(): ExitCode {
  const rows = Object.entries(readTrusted()).map(([folder, { trusted_at: at }]) => {
    const code = findProjectCode(folder);
    const state = code ? trustStateOf(code) : 'unknown';
    const words = { trusted: 'trusted', changed: 'changed since', unknown: 'no code there' };
    return [safeText(folder), at.slice(0, 10), words[state]];
  });
  if (rows.length) print(table(rows));
  else say('No folder is trusted.');
  return exitCodes.done;
}

function forget(folder: string): ExitCode {
  const path = findProjectCode(folder)?.folder ?? folder;
  if (!removeTrust(path)) throw new PflowError('not_found', `${path} is not trusted.`);
  print(`${safeText(path)} is not trusted any more.`);
  return exitCodes.done;
}
