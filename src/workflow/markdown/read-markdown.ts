/** Reads a workflow from Markdown. */

import { PflowError } from '../../lib/error.js';
import { plural } from '../../lib/text/format.js';
import { formatProblem } from '../format/problem.js';
import { parseMarkdown, type MarkdownWorkflow } from './parse-markdown.js';
import { withLines } from './source-lines.js';

/** Whether a file name is that of a Markdown workflow. */
export function isMarkdown(path: string): boolean {
  return /\.md$/i.test(path);
}

/** Reads a Markdown workflow; `name` identifies it in errors. Throws a PflowError with all parse errors. */
export function readMarkdown(text: string, name: string): Pick<MarkdownWorkflow, 'source' | 'lines'> {
  const { source, lines, problems } = parseMarkdown(text);
  if (problems.length === 0) return { source, lines };
  const list = withLines(problems, () => undefined).map((problem) => `  ${formatProblem(problem)}`);
  const message = `'${name}' cannot be read as a workflow: ${plural(problems.length, 'problem')}.`;
  throw new PflowError('invalid_workflow', [message, ...list].join('\n'));
}
