import type { Key } from '../view/base/key.js';
import { watchExits } from './exits.js';
import { FrameStdout, type TerminalOutput } from './frame-stdout.js';
import { createKeyboard, type TerminalInput } from './keyboard.js';

/** A terminal that is ours until it is given back. */
export type Terminal = Readonly<{
  frames: FrameStdout;
  /** Whether wheel and clicks come as keys. A terminal that reports them no longer selects text by itself. */
  setMouse(on: boolean): void;
  /** Shows the ordinary screen until it is called again; the keys stay ours. */
  setAside(aside: boolean): void;
  /** Stops the program as Ctrl-Z does; it comes back with its screen drawn anew. */
  suspend(): void;
  /** Gives the terminal to another program, until the function that comes back takes it again. */
  lend(): () => void;
  giveBack(): void;
}>;

export type TerminalHandlers = Readonly<{
  keys(keys: readonly Key[]): void;
  /** The screen is empty: another size, or back from the shell. */
  exposed(): void;
  signal(signal: NodeJS.Signals): void;
}>;

export type TerminalStreams = Readonly<{ stdin: TerminalInput; stdout: TerminalOutput }>;

// Buttons and wheel, in the form that has no limit on the column.
const mouseOn = '\x1b[?1000h\x1b[?1006h';
const mouseOff = '\x1b[?1006l\x1b[?1000l';

const lastSignals = ['SIGTERM', 'SIGHUP'] as const;

/** Takes a terminal: raw keys, the alternate screen, and a way back on every exit there is. */
export function takeTerminal({ stdin, stdout }: TerminalStreams, handlers: TerminalHandlers): Terminal {
  const frames = new FrameStdout(stdout);
  const keyboard = createKeyboard(stdin, handlers.keys);
  let unwatch = () => {};
  let fallback: NodeJS.Timeout | undefined;
  let mouse = false;

  const onResize = () => {
    frames.invalidate();
    handlers.exposed();
  };
  const restore = () => {
    keyboard.stop();
    frames.leave();
  };
  const take = () => {
    unwatch();
    unwatch = watchExits({ signal: handlers.signal, ending: restore, suspend, resume });
    keyboard.start();
    frames.enter();
    if (mouse) frames.send(mouseOn);
  };
  function resume(): void {
    clearTimeout(fallback);
    process.off('SIGCONT', resume);
    take();
    handlers.exposed();
  }
  function suspend(): void {
    restore();
    unwatch();
    // From here on Ctrl-Z and its end are the system's again, for the whole process group, as a shell would do it.
    process.once('SIGCONT', resume);
    process.kill(0, 'SIGTSTP');
    // With no shell to come back from, the system ignores the stop.
    fallback = setTimeout(resume, 200);
  }

  /** The other program has the keys: Ctrl-C and Ctrl-Z are for it, and only what ends us is still heard. */
  function lend(): () => void {
    restore();
    unwatch();
    unwatch = () => {
      for (const signal of lastSignals) process.off(signal, handlers.signal);
    };
    for (const signal of lastSignals) process.on(signal, handlers.signal);
    return () => {
      take();
      handlers.exposed();
    };
  }

  take();
  stdout.on('resize', onResize);
  return {
    frames,
    setMouse(on) {
      mouse = on;
      frames.send(on ? mouseOn : mouseOff);
    },
    setAside(aside) {
      if (aside) return frames.leave();
      frames.enter();
      if (mouse) frames.send(mouseOn);
      handlers.exposed();
    },
    suspend,
    lend,
    giveBack() {
      stdout.off('resize', onResize);
      process.off('SIGCONT', resume);
      clearTimeout(fallback);
      restore();
      unwatch();
    },
  };
}
