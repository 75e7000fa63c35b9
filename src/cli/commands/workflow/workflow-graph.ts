/** Runs `pflow workflow graph`: draws the nodes, branches and loops of a workflow. */
import { resolveGlyphs } from '../../../view/base/glyphs.js';
import { asciiLine } from '../../../view/base/ascii.js';
import { readDraft } from '../../../workflow/format/draft.js';
import { graphText } from '../../../workflow/graph-text.js';
import { loadWorkflow } from '../../../workflow/library/load-workflow.js';
import type { Invocation } from '../../io/invocation.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { ScreenOptions } from '../../args/run-options.js';
import { loadSettings, withFlags } from '../../args/user-settings.js';

/** `pflow workflow graph <file | name>`: draws a workflow, as far as the file can be parsed. */
export async function workflowGraph({
  operands,
  options,
}: Invocation<Pick<ScreenOptions, 'glyphs'>>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const workflow = readDraft({ ...loadWorkflow(reference).source });
  const { isTTY, columns } = process.stdout;
  const drawing = graphText(workflow, isTTY ? { columns } : {});
  const glyphs = resolveGlyphs(withFlags(loadSettings().screen, options).glyphs, process.env);
  print(glyphs === 'ascii' ? inAscii(drawing) : drawing);
  return exitCodes.done;
}

function inAscii(text: string): string {
  const lines = text.split('\n').map((line) => asciiLine([{ text: line }]));
  return lines.map((line) => line.map((each) => each.text).join('')).join('\n');
}
