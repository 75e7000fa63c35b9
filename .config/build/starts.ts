/** The ways of starting pflow whose modules are loaded together, each with the modules that it imports dynamically. */
import type { Starts } from './chunk-groups.js';

const command = [
  'src/main.ts',
  'src/cli/cli.ts',
  'src/cli/io/console.ts',
  'src/cli/io/exit-code.ts',
  'src/cli/io/output-errors.ts',
  'src/runtime/node/uncaught.ts',
];

const running = [
  'src/nodes/custom/load-custom-nodes.ts',
  'src/nodes/mcp/load-mcp-tools.ts',
  'src/session/planned.ts',
  'src/session/models/models-used.ts',
  'src/compile/compile.ts',
  'src/ledger/enter/fold-ledger.ts',
  'src/ledger/files/ledger-files.ts',
  'src/insights/history/compare-with-history.ts',
];

export const starts: Starts = {
  command,
  library: ['src/index.ts'],
  reading: ['src/index.ts', 'src/trace/read/parse-events.ts'],
  run: [...command, 'src/cli/commands/run/run-command-line.ts', ...running],
  list: [...command, 'src/cli/commands/trace/trace-list.ts'],
  home: [
    ...command,
    'src/cli/commands/run/tui.ts',
    'src/cli/home/open-screens.ts',
    'src/cli/home/home-place.ts',
    'src/cli/spending/find-sessions.ts',
    'src/cli/home/workflow-files.ts',
  ],
  screen: [
    ...command,
    ...running,
    'src/cli/commands/run/tui.ts',
    'src/cli/home/live-run.ts',
    'src/tui/run-tui.ts',
    'src/cli/run/live-session.ts',
    'src/cli/run/prepare.ts',
    'src/insights/history/earlier-runs.ts',
  ],
};
