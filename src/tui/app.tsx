import { Box, Text, Transform } from 'ink';
import { memo } from 'react';
import type { LineMarks } from './line-marks.js';

/** A whole screen: painted lines, one below the other. It decides nothing. */
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
 * One line. Ink measures the text of every Text and keeps each measure for ever, so the text it sees is a blank, and the
 * line's mark comes in where Ink would colour it. view/ has already made the line fit.
 */
const ScreenLine = memo(function ScreenLine({ line, marks }: { line: string; marks: LineMarks }) {
  return (
    <Transform transform={() => marks.mark(line)}>
      <Text> </Text>
    </Transform>
  );
});
