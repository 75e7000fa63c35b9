/** Finds the lines of a workflow's parts in its JSON text. */
import { locateJson } from '../../lib/data/json-locations.js';
import { SourceLines } from '../markdown/source-lines.js';

/**
 * The lookup of lines by path in a JSON text, which is read when the first line is looked up: most workflows have no
 * problems. A workflow within a saved file is under its `ir`.
 */
export function createJsonLines(text: string): (place: string) => number | undefined {
  let lines: SourceLines | undefined;
  return (place) => {
    lines ??= readLines(text.replace(/^\ufeff/, ''));
    return lines.of(place);
  };
}

function readLines(text: string): SourceLines {
  const lines = new SourceLines();
  const all = locateJson(text).listLines();
  const isWrapped = !all.some(({ path }) => path[0] === 'nodes');
  for (const { path, line } of all) {
    if (!isWrapped) lines.add(path, line);
    else if (path[0] === 'ir' && path.length > 1) lines.add(path.slice(1), line);
  }
  return lines;
}
