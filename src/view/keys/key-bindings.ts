/** Applies key overrides from the settings to the keymap. */

import { nearest } from '../../lib/text/nearest.js';
import type { Action, Binding, KeyScreen } from './binding.js';
import { keymap } from './keymap.js';
import type { Look } from '../state/ui-state.js';

/** Overridden keys by action. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>;

/** The keymap with overrides applied. A key assigned to an action is removed from any other binding on that screen. */
export function bindingsOf(overrides: KeyOverrides | undefined): readonly Binding[] {
  if (!overrides) return keymap;
  const known = rebound.get(overrides);
  if (known) return known;
  const bindings = keymap.map((binding): Binding => {
    const own = overrides[binding.action];
    if (own) return { ...binding, keys: own };
    return { ...binding, keys: binding.keys.filter((key) => !isTaken(key, binding.screens, overrides)) };
  });
  rebound.set(overrides, bindings);
  return bindings;
}

/** The bindings for the run as it is shown: one that another process runs cannot be paused or cancelled. */
export function bindingsFor({
  keys,
  live = false,
  unserved = [],
}: Pick<Look, 'keys' | 'unserved'> & { live?: boolean }): readonly Binding[] {
  const bindings = bindingsOf(keys);
  if (!live || unserved.length === 0) return bindings;
  return bindings.flatMap((binding) => {
    if (!unserved.some((action) => action === binding.action)) return [binding];
    // The key that interrupts always leaves the screen.
    return binding.action === 'cancel' ? [{ ...binding, does: 'Quit the profiler' }] : [];
  });
}

/** The 0-based index of `key` among the keys of an action, which identifies a tab. */
export function positionOf(key: string, action: Action, overrides: KeyOverrides | undefined): number {
  const binding = bindingsOf(overrides).find((each) => each.action === action && each.keys.includes(key));
  return binding?.keys.indexOf(key) ?? -1;
}

/** Parses overrides: the valid ones, and a warning for each invalid one. */
export function readKeys(source: Readonly<Record<string, unknown>>): {
  keys: KeyOverrides;
  warnings: readonly string[];
} {
  const warnings: string[] = [];
  const kept = new Map<string, readonly string[]>();
  for (const [action, value] of Object.entries(source)) {
    const keys = typeof value === 'string' ? [value] : value;
    if (!actions.has(action)) {
      const hint = nearest(action, [...actions], 1)[0];
      warnings.push(`keys: there is no action '${action}'.${hint ? ` Did you mean '${hint}'?` : ''}`);
    } else if (!isKeyList(keys)) {
      warnings.push(`keys.${action} must be a key or a list of keys, such as "ctrl+k" or ["k", "up"].`);
    } else {
      const taken = [...kept].find(
        ([other, theirs]) => meet(other, action) && theirs.some((key) => keys.includes(key)),
      );
      if (taken) warnings.push(`keys.${action} has a key that keys.${taken[0]} has on the same screen.`);
      else kept.set(action, keys);
    }
  }
  const keys = Object.fromEntries(kept);
  const lost = bindingsOf(keys).filter(
    ({ action, keys: left }) =>
      left.length === 0 &&
      !bindingsOf(keys).some((other) => other.action === action && other.keys.length > 0),
  );
  for (const { action } of lost) warnings.push(`keys: '${action}' is left without a key.`);
  return { keys, warnings };
}

const rebound = new WeakMap<KeyOverrides, readonly Binding[]>();
const actions = new Set<string>(keymap.map(({ action }) => action));

function isTaken(key: string, screens: readonly KeyScreen[], overrides: KeyOverrides): boolean {
  return Object.entries(overrides).some(
    ([action, keys]) => keys.includes(key) && screensOf(action).some((screen) => screens.includes(screen)),
  );
}

function meet(one: string, other: string): boolean {
  return screensOf(one).some((screen) => screensOf(other).includes(screen));
}

function screensOf(action: string): readonly KeyScreen[] {
  return keymap.filter((binding) => binding.action === action).flatMap(({ screens }) => screens);
}

function isKeyList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((key) => typeof key === 'string' && key !== '')
  );
}
