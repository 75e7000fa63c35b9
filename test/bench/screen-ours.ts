import { runTui } from '../../src/tui/run-tui.js';
import { probeScreen } from './screen-probe.js';

// A program: the profiler's screen over a live run, measured. Prints its figures as JSON.
const [view = '1', spans = '10000', frames = '10000'] = process.argv.slice(2);
const figures = await probeScreen(
  (run, { stdin, stdout }) => {
    let changed = () => {};
    const source = {
      state: () => run.state,
      now: () => run.now(),
      texts: { textOf: (span: number) => run.textOf(span) },
      subscribe: (listener: () => void) => {
        changed = listener;
        return () => {};
      },
    };
    const env = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    // These implement the part of the real streams that the screen uses.
    void runTui({ source, stdin: stdin as never, stdout: stdout as never, env, live: true });
    stdin.write(view);
    return { changed: () => changed() };
  },
  { spans: Number(spans), seconds: 6, keys: 40, frames: Number(frames) },
);
process.stdout.write(JSON.stringify(figures));
process.exit(0);
