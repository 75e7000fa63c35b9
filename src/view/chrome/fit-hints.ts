/** Chooses the key hints that fit into a footer. */

import { lineWidth, segment, type Line } from '../base/frame.js';
import type { GlyphSet } from '../base/glyphs.js';
import type { Action, Binding } from '../keys/binding.js';
import { keyName } from '../keys/key-names.js';

/** A hint as it is shown. */
export type Hint = Readonly<{ binding: Binding; line: Line }>;

/** A footer lists at most this many hints; `?` lists all keys. */
const MOST_HINTS = 8;
/** How to leave and how to find every other key: these hints are never dropped. */
const KEPT: ReadonlySet<Action> = new Set(['help', 'quit']);

/** The hints that fit, in the given order. Those that do not are dropped, never truncated. */
export function fitHints(all: readonly Hint[], columns: number): readonly Hint[] {
  const kept = all.filter(({ binding }) => KEPT.has(binding.action));
  let room = columns - kept.reduce((sum, { line }) => sum + lineWidth(line), 0);
  let count = MOST_HINTS - kept.length;
  let isFull = false;
  return all.filter(({ binding, line }) => {
    if (KEPT.has(binding.action)) return true;
    isFull ||= count <= 0 || lineWidth(line) > room;
    if (isFull) return false;
    room -= lineWidth(line);
    count--;
    return true;
  });
}

/** The hint of a binding, with its first key; undefined if it has none. */
export function toHint(binding: Binding, glyphs: GlyphSet): Hint | undefined {
  const { action, keys, hint } = binding;
  if (keys[0] === undefined || hint === undefined) return undefined;
  const dash = glyphs === 'ascii' ? '-' : '…';
  const last = action === 'view' && keys.length > 1 ? `${dash}${keyName(keys.at(-1)!, glyphs)}` : '';
  return {
    binding,
    line: [segment(` ${keyName(keys[0], glyphs)}${last}`, 'hint-key'), segment(` ${hint} `, 'dim')],
  };
}
