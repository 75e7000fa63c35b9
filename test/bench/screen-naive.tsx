import { Box, render, Text, useInput } from 'ink';
import { useState, useSyncExternalStore } from 'react';
import { formatDuration, formatUsd } from '../../src/lib/text/format.js';
import type { Span } from '../../src/profile/run/run-state.js';
import type { LiveRun } from './screen-load.js';
import { probeScreen } from './screen-probe.js';

/** The naive approach: every row is mounted, the box shows the last ones, and Ink does the rest. */
function Rows({ run, subscribe }: { run: LiveRun; subscribe: (listener: () => void) => () => void }) {
  useSyncExternalStore(subscribe, () => run.now());
  const [selected, select] = useState(0);
  useInput((input) => select((at) => at + (input === 'j' ? 1 : -1)));
  const nodes = [...run.state.spans.values()].filter(({ kind }) => kind === 'node');
  return (
    <Box flexDirection="column" width={120} height={40}>
      <Text bold>
        {run.state.started?.name} {formatDuration(run.now())} {formatUsd(run.state.totals.usd)}
      </Text>
      <Box flexDirection="column" height={38} overflow="hidden" justifyContent="flex-end">
        {nodes.map((span, i) => (
          <Row key={span.id} span={span} now={run.now()} isSelected={i === nodes.length - 1 + selected} />
        ))}
      </Box>
      <Text dimColor>q quit</Text>
    </Box>
  );
}

function Row({ span, now, isSelected }: { span: Span; now: number; isSelected: boolean }) {
  return (
    <Box flexShrink={0}>
      <Box width={44}>
        <Text inverse={isSelected}>{span.name}</Text>
      </Box>
      <Box width={10}>
        <Text>{formatDuration((span.finishedAt ?? now) - span.startedAt)}</Text>
      </Box>
      <Text color="green">{formatUsd(span.totals.usd)}</Text>
    </Box>
  );
}

// A program: that screen over a live run, measured. Prints its figures as JSON.
const [spans = '10000'] = process.argv.slice(2);
const figures = await probeScreen(
  (run, { stdin, stdout }) => {
    const listeners = new Set<() => void>();
    const subscribe = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    render(<Rows run={run} subscribe={subscribe} />, {
      stdin: stdin as never,
      stdout: stdout as never,
      patchConsole: false,
      exitOnCtrlC: false,
    });
    return { changed: () => listeners.forEach((listener) => listener()) };
  },
  { spans: Number(spans), seconds: 15, keys: 3, frames: 0 },
);
process.stdout.write(JSON.stringify(figures));
process.exit(0);
