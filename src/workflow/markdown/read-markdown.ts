import { PflowError } from '../../lib/error.js';
import { plural } from '../../lib/text/format.js';
import { formatProblem } from '../format/problem.js';
import { parseMarkdown, type MarkdownWorkflow } from './parse-markdown.js';
import { withLines } from './source-lines.js';

/** Whether a file of this name holds a workflow in Markdown. */
export function isMarkdown(path: string): boolean {
  return /\.md$/i.test(path);
}

/** Reads a workflow in Markdown; `name` is what an error calls it. Throws a PflowError with everything that cannot be read. */
export function readMarkdown(text: string, name: string): Pick<MarkdownWorkflow, 'source' | 'lines'> {
  const { source, lines, problems } = parseMarkdown(text);
  if (problems.length === 0) return { source, lines };
  const list = withLines(problems, () => undefined).map((problem) => `  ${formatProblem(problem)}`);
  const message = `'${name}' cannot be read as a workflow: ${plural(problems.length, 'problem')}.`;
  throw new PflowError('invalid_workflow', [message, ...list].join('\n'));
}
