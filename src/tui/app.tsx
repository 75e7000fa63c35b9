/** The Ink root component: lays a frame out as one Text per line. */

import { Box, Text, Transform } from 'ink';
import { memo } from 'react';
import type { LineMarks } from './line-marks.js';

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
