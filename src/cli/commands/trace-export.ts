import { toMarkdown } from '../../export/markdown.js';
import type { Call } from '../call.js';
import { print } from '../console.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { readRun } from '../trace-state.js';

/** `pflow trace export [trace]`: a run as Markdown, for an issue or a chat. */
export async function traceExport({ operands, options }: Call<{ traceDir?: string }>): Promise<ExitCode> {
  const [reference = 'latest'] = operands;
  const { state } = await readRun(reference, options.traceDir);
  print(toMarkdown(state));
  return exitCodes.done;
}
