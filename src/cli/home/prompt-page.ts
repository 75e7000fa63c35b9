/** Shows in the user's pager what a version of a prompt changed. */
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import type { SharedTerminal } from '../../tui/surface.js';
import { diffPrompt } from '../spending/prompt-diff.js';
import { pageFromScreen } from '../help/pager.js';

/** Shows the page until the user leaves it; returns why it could not. Rejects with a PflowError if the text is in no trace any more. */
export async function showPromptDiff(
  hash: string,
  { terminal }: SharedTerminal,
): Promise<string | undefined> {
  // Warnings of the traces that are read are printed on the plain terminal.
  const takeBack = terminal.lend();
  try {
    return await pageFromScreen(`${await diffPrompt(ledgerFolder(), hash)}\n`);
  } finally {
    takeBack();
  }
}
