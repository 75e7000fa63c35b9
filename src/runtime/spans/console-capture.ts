/** Records what nodes print with `console` in their spans. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { currentNode } from './span-observer.js';

/**
 * Where a node's console output goes besides its span: `plain` prints it as usual, a Console prints it there, undefined
 * discards it.
 */
export type Echo = 'plain' | Console | undefined;

const METHODS = [
  'log',
  'info',
  'debug',
  'warn',
  'error',
  'trace',
  'dir',
  'dirxml',
  'table',
  'group',
  'groupCollapsed',
  'groupEnd',
  'assert',
  'count',
  'countReset',
  'time',
  'timeLog',
  'timeEnd',
] as const satisfies readonly (keyof Console)[];
type Method = (typeof METHODS)[number];
type Print = (...parts: unknown[]) => void;

/** The level of what a method prints; `info` if it is not listed. */
const levels: Partial<Record<Method, string>> = {
  debug: 'debug',
  warn: 'warn',
  error: 'error',
  assert: 'error',
};
/** The level of what is printed now: a Console writes synchronously. */
let level = 'info';

const echoes: Echo[] = [];
let plain: ReadonlyMap<Method, Print> = new Map();

/**
 * Captures console calls made by nodes into their spans and forwards them to `echo`, which keeps stdout for results and
 * the screen intact. Calls made outside of nodes are unaffected. Returns the function that stops capturing.
 */
export function watchConsole(echo: Echo): () => void {
  if (echoes.push(echo) === 1) replaceMethods();
  let watching = true;
  return () => {
    if (!watching) return;
    watching = false;
    echoes.splice(echoes.lastIndexOf(echo), 1);
    if (echoes.length === 0) for (const [method, print] of plain) console[method] = print;
  };
}

function replaceMethods(): void {
  plain = new Map(METHODS.map((method) => [method, console[method] as Print]));
  for (const [method, print] of plain) {
    console[method] = (...parts: unknown[]) => {
      if (!currentNode.getStore()) return print.apply(console, parts);
      level = levels[method] ?? 'info';
      methodOf(recording, method)(...parts);
      for (const echo of new Set(echoes)) {
        if (echo === 'plain') print.apply(console, parts);
        else if (echo) methodOf(echo, method)(...parts);
      }
    };
  }
}

function methodOf(target: Console, method: Method): Print {
  return (...parts) => (target[method] as Print)(...parts);
}

/** Formats like any console and passes the text to the node whose code is running. */
const recording = new Console({ stdout: intoSpan('stdout'), stderr: intoSpan('stderr'), colorMode: false });

function intoSpan(stream: 'stdout' | 'stderr'): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      currentNode.getStore()?.print(text, stream, level);
      done();
    },
  });
}
