/** Renders the command line of a run in place of the footer. */

import { safeText } from '../../lib/text/safe-text.js';
import { truncate } from '../../lib/text/text-width.js';
import type { RunState } from '../../profile/run/run-state.js';
import { clipLine, lineWidth, segment, type Line } from '../base/frame.js';
import { completeCommand, type CommandContext } from '../keys/commands.js';
import type { UiState } from '../state/ui-state.js';

/** Where the command line was opened, and the nodes that have started. */
export function commandContext(run: RunState, { screens }: UiState): CommandContext {
  const nodes = new Set<string>();
  for (const { kind, name } of run.spans.values()) if (kind === 'node') nodes.add(name);
  return { screen: screens.includes('inspector') ? 'inspector' : 'tree', nodes: [...nodes] };
}

/** What is typed, then its problem, or the completions that fit. */
export function commandLine(run: RunState, ui: UiState, columns: number): Line {
  const { text, problem } = ui.command;
  const typed: Line = [segment(' :', 'hint-key'), segment(safeText(text)), segment(' ', 'tab-active')];
  if (problem !== '') return clipLine([...typed, segment(`  ${safeText(problem)}`, 'warning')], columns);
  const lines = completeCommand(text, commandContext(run, ui)).map((line) => safeText(line));
  const words = lines.length > 0 ? lines.join('  ') : describeValue(text);
  const room = Math.max(0, columns - lineWidth(typed) - 2);
  return clipLine([...typed, segment(`  ${truncate(words, room)}`, 'dim')], columns);
}

/** What a command with a value takes. */
function describeValue(text: string): string {
  const [name = ''] = text.trimStart().split(/\s/);
  const values: Readonly<Record<string, string>> = {
    filter: 'words that a row must have; nothing shows all rows',
    range: 'two times such as 1.5s 4s; nothing clears the range',
    goto: 'the name of a node',
  };
  return values[name] ?? '';
}
