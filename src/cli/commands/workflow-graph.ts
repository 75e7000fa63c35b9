import { asciiLine } from '../../view/ascii.js';
import { readDraft } from '../../workflow/draft.js';
import { graphText } from '../../workflow/graph-text.js';
import { loadWorkflow } from '../../workflow/load.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { ScreenOptions } from '../options.js';
import { loadSettings, withFlags } from '../settings.js';

/** `pflow workflow graph <file | name>`: draws a workflow, as far as it can be read. */
export async function workflowGraph({
  operands,
  options,
}: Call<Pick<ScreenOptions, 'glyphs'>>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const workflow = readDraft({ ...loadWorkflow(reference).source });
  const { isTTY, columns } = process.stdout;
  const drawing = graphText(workflow, isTTY ? { columns } : {});
  const { glyphs } = withFlags(loadSettings().screen, options);
  print(glyphs === 'ascii' ? inAscii(drawing) : drawing);
  return exitCodes.done;
}

function inAscii(text: string): string {
  const lines = text.split('\n').map((line) => asciiLine([{ text: line }]));
  return lines.map((line) => line.map((each) => each.text).join('')).join('\n');
}
