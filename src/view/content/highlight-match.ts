/** Highlights search matches in a line. */

import { lineText, type Line, type Segment } from '../base/frame.js';

/** Highlights all case-insensitive occurrences of `wanted`. */
export function markMatches(line: Line, wanted: string): Line {
  const text = lineText(line).toLowerCase();
  const needle = wanted.toLowerCase();
  // A letter whose lower case is longer would shift all later offsets, so it is matched as is.
  if (needle === '' || text.length !== lineText(line).length || !text.includes(needle)) return line;
  const isMatch = matchedPositions(text, needle);
  let at = 0;
  return line.flatMap((segment): Segment[] => {
    const from = at;
    at += segment.text.length;
    return runs(segment.text, (i) => isMatch[from + i]!).map(({ text: part, matched }) =>
      matched ? { ...segment, text: part, style: 'match' } : { ...segment, text: part },
    );
  });
}

function matchedPositions(text: string, needle: string): boolean[] {
  const positions = Array.from<boolean>({ length: text.length }).fill(false);
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length))
    positions.fill(true, at, at + needle.length);
  return positions;
}

function runs(text: string, matched: (at: number) => boolean): { text: string; matched: boolean }[] {
  const found: { text: string; matched: boolean }[] = [];
  for (let i = 0; i < text.length; i++) {
    const last = found.at(-1);
    if (last?.matched === matched(i)) last.text += text[i]!;
    else found.push({ text: text[i]!, matched: matched(i) });
  }
  return found;
}
