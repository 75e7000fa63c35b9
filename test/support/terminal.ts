import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type TerminalOptions = {
  command: string;
  args?: readonly string[];
  columns?: number;
  rows?: number;
  cwd?: string;
  /** Added to a clean environment; undefined removes a variable. */
  env?: Readonly<Record<string, string | undefined>>;
};

export type Cell = Readonly<{
  text: string;
  inverse: boolean;
  bold: boolean;
  dim: boolean;
  colour: number | undefined;
}>;

/** A program in a real pseudo-terminal, and an emulator that renders what its user would see. */
export type TestTerminal = Readonly<{
  pid: number;
  /** The rows of the screen, without trailing blanks. */
  screen(): string[];
  /** The cells of a row. */
  cells(row: number): Cell[];
  /** Which of the terminal's two screens is active. */
  buffer(): 'normal' | 'alternate';
  cursorHidden(): boolean;
  write(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves when `isThere` accepts the screen; rejects with the screen on a timeout. */
  waitFor(isThere: (screen: string[]) => boolean, what: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  exit: Promise<{ code: number; signal: number }>;
  /** Everything the program wrote, unprocessed. */
  raw(): string;
}>;

/** Starts a program in a terminal. Call `kill` or end the program before the test ends. */
export function openTerminal({
  command,
  args = [],
  columns = 120,
  rows = 40,
  cwd,
  env = {},
}: TerminalOptions): TestTerminal {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  const child = pty.spawn(command, [...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: cwd ?? process.cwd(),
    env: cleanEnv(env),
  });
  let raw = '';
  let drawn = '';
  let shown = Promise.resolve();
  const listeners = new Set<() => void>();
  child.onData((data) => {
    raw += data;
    shown = new Promise<void>((resolve) => emulator.write(data, resolve)).then(() => {
      drawn += data;
      listeners.forEach((listener) => listener());
    });
  });
  // A frame may arrive in chunks; its marks (DEC mode 2026) show when it is complete.
  const isWhole = () => drawn.lastIndexOf('\x1b[?2026h') <= drawn.lastIndexOf('\x1b[?2026l');
  const exit = new Promise<{ code: number; signal: number }>((resolve) =>
    child.onExit(
      ({ exitCode, signal }) => void shown.then(() => resolve({ code: exitCode, signal: signal ?? 0 })),
    ),
  );
  const screen = () => {
    const { active } = emulator.buffer;
    return Array.from(
      { length: emulator.rows },
      (_, y) => active.getLine(active.baseY + y)?.translateToString(true) ?? '',
    );
  };
  return {
    pid: child.pid,
    screen,
    cells: (row) => cellsOf(emulator, row),
    buffer: () => emulator.buffer.active.type,
    cursorHidden: () => raw.lastIndexOf('\x1b[?25l') > raw.lastIndexOf('\x1b[?25h'),
    write: (keys) => child.write(keys),
    resize(width, height) {
      emulator.resize(width, height);
      child.resize(width, height);
    },
    waitFor: (isThere, what) => waitFor(() => isWhole() && isThere(screen()), what, screen, listeners),
    kill: (signal) => process.kill(child.pid, signal),
    exit,
    raw: () => raw,
  };
}

function waitFor(
  isThere: () => boolean,
  what: string,
  screen: () => string[],
  listeners: Set<() => void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      clearTimeout(limit);
      listeners.delete(check);
      if (error) reject(error);
      else resolve();
    };
    const check = () => {
      if (isThere()) done();
    };
    const limit = setTimeout(
      () => done(new Error(`Waited in vain for ${what}. The screen:\n${screen().join('\n')}`)),
      40_000,
    );
    listeners.add(check);
    check();
  });
}

function cellsOf(emulator: InstanceType<typeof xterm.Terminal>, row: number): Cell[] {
  const { active } = emulator.buffer;
  const line = active.getLine(active.baseY + row);
  return Array.from({ length: emulator.cols }, (_, x) => {
    const cell = line?.getCell(x);
    return {
      text: cell?.getChars() ?? '',
      inverse: Boolean(cell?.isInverse()),
      bold: Boolean(cell?.isBold()),
      dim: Boolean(cell?.isDim()),
      colour: cell?.isFgDefault() ? undefined : cell?.getFgColor(),
    };
  });
}

// With CI set, Ink would not write its frames, and a developer's colour settings would change the cells.
function cleanEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { CI: _ci, NO_COLOR: _noColour, FORCE_COLOR: _forced, ...rest } = process.env;
  const all = { ...rest, TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
