/** The Ink root component: lays a frame out as one Text per line. */

import { Box, Text, Transform } from 'ink';
import { memo } from 'react';
import type { LineMarks } from './line-marks.js';

// Why Ink gets marks instead of coloured text, and lines instead of regions: in a live run of 10,000 spans at 120×40 with the
// context pane streaming, a frame costs 11 ms CPU with marks and 33 to 36 ms when each line is a Text of its own colours (two
// rounds each, alternating, on a busy machine: 10 to 12 % of a core against 26 to 28 %). Ink lays out and tokenizes the whole screen
// in every frame, whichever component has changed, so regions with a state of their own would save a part of view/, which
// memoizes by identity what costs time, and nothing of this. `npm run bench` measures the CPU of every view.

/** Renders a frame: painted lines, top to bottom. All layout was done in view/. */
export function App({ lines, marks }: { lines: readonly string[]; marks: LineMarks }) {
  return (
    <Box flexDirection="column" width={1} height={lines.length}>
      {lines.map((line, y) => (
        <ScreenLine key={y} line={line} marks={marks} />
      ))}
    </Box>
  );
}

/**
 * Renders one line. Ink measures every distinct text and caches each measurement without bound, so it is given a blank, and the
 * line's mark is substituted in the transform step. view/ has already fitted the line to the width.
 */
const ScreenLine = memo(function ScreenLine({ line, marks }: { line: string; marks: LineMarks }) {
  return (
    <Transform transform={() => marks.mark(line)}>
      <Text> </Text>
    </Transform>
  );
});
