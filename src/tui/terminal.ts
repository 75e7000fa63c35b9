/** Acquires and restores the terminal: raw keys, the alternate screen, signals. */

import type { Key } from '../view/base/key.js';
import { watchExits } from './exits.js';
import { FrameStdout, type TerminalOutput } from './drawing/frame-stdout.js';
import { createKeyboard, type TerminalInput } from './keyboard.js';

/** An acquired terminal. */
export type Terminal = Readonly<{
  frames: FrameStdout;
  /** Whether mouse events are reported as keys. Reporting disables the terminal's own text selection. */
  setMouse(on: boolean): void;
  /** Toggles to the main screen and back; keys are still read. */
  setAside(aside: boolean): void;
  /** Suspends the program like Ctrl-Z; the screen is redrawn on resume. */
  suspend(): void;
  /** Hands the terminal to another program; the returned function takes it back. */
  lend(): () => void;
  giveBack(): void;
}>;

export type TerminalHandlers = Readonly<{
  keys(keys: readonly Key[]): void;
  /** The screen was cleared: a resize, or a return from the shell. */
  exposed(): void;
  signal(signal: NodeJS.Signals): void;
}>;

export type TerminalStreams = Readonly<{ stdin: TerminalInput; stdout: TerminalOutput }>;

// Buttons and wheel (1000), in SGR encoding (1006), which has no column limit.
const mouseOn = '\x1b[?1000h\x1b[?1006h';
const mouseOff = '\x1b[?1006l\x1b[?1000l';

const lastSignals = ['SIGTERM', 'SIGHUP'] as const;

/** Acquires a terminal: raw keys, the alternate screen, and restoration on every exit path. */
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
    // Restore the default SIGTSTP behaviour and stop the whole process group, as a shell would.
    process.once('SIGCONT', resume);
    process.kill(0, 'SIGTSTP');
    // Without a job-control shell the kernel ignores the stop.
    fallback = setTimeout(resume, 200);
  }

  /** The other program owns the keys: Ctrl-C and Ctrl-Z are for it, and only termination signals are handled. */
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
      if (mouse === on) return;
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
