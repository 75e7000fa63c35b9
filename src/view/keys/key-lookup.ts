/** Looks up the action of a key or key sequence. */

import type { Action, Binding, KeyScreen } from './binding.js';
import { keymap } from './keymap.js';

/** The action of a key or a two-key sequence on a screen; undefined if unbound. */
export function actionFor(
  key: string,
  screen: KeyScreen,
  bindings = keymap,
  zoomed = false,
): Action | undefined {
  const first = bindings.find(
    (each) => zoomed && each.whileZoomed && each.screens.includes(screen) && each.keys.includes(key),
  );
  return first?.action ?? lookupOf(bindings).get(screen)?.get(key);
}

/** Whether a key starts a sequence on a screen. */
export function opensSequence(key: string, screen: KeyScreen, bindings = keymap): boolean {
  return [...(lookupOf(bindings).get(screen)?.keys() ?? [])].some((each) => each.startsWith(`${key} `));
}

type Lookup = ReadonlyMap<KeyScreen, ReadonlyMap<string, Action>>;

const lookups = new WeakMap<readonly Binding[], Lookup>();

function lookupOf(bindings: readonly Binding[]): Lookup {
  const known = lookups.get(bindings);
  if (known) return known;
  const lookup = new Map<KeyScreen, Map<string, Action>>();
  for (const { action, keys, screens, whileZoomed } of bindings) {
    if (whileZoomed) continue;
    for (const screen of screens) {
      const actions = lookup.get(screen) ?? new Map<string, Action>();
      for (const key of keys) actions.set(key, action);
      lookup.set(screen, actions);
    }
  }
  lookups.set(bindings, lookup);
  return lookup;
}
