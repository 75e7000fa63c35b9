/** Finds the place in the program's own code that sends a request. */

import { fileURLToPath } from 'node:url';
import type { CallerFrame } from './spool-messages.js';

/** SDKs and frameworks put many frames between the program and its request. */
const DEPTH = 100;

/** The innermost frame outside of packages, of Node and of the tap; undefined where the stack has none. */
export function findCaller(): CallerFrame | undefined {
  const { stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = DEPTH;
    Error.captureStackTrace(holder, findCaller);
    return typeof holder.stack === 'string' ? parseStack(holder.stack) : undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Of the text of a stack: `at async name (file:line:column)` or `at file:line:column`. */
function parseStack(stack: string): CallerFrame | undefined {
  for (const line of stack.split('\n')) {
    const [, name, place] = /^\s+at (?:async )?(?:(.*?) \()?([^()]+:\d+:\d+)\)?$/.exec(line) ?? [];
    const [, file, row] = /^(.+):(\d+):\d+$/.exec(place ?? '') ?? [];
    if (file === undefined || !isOwn(file)) continue;
    const isNamed = name !== undefined && !/<anonymous>|^Object\.$/.test(name);
    return { ...(isNamed ? { name } : {}), file: toPath(file), line: Number(row) };
  }
  return undefined;
}

function isOwn(file: string): boolean {
  if (/^(?:node:|internal\/)|[/\\]node_modules[/\\]|^<|^evalmachine/.test(file)) return false;
  return file !== ownUrl && toPath(file) !== ownPath;
}

function toPath(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}

/** The tap's own bundle; each of its modules is in it. */
const ownUrl = import.meta.url;
const ownPath = toPath(ownUrl);
