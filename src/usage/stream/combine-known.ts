/** Combines what several responses of one list used. */
import type { UsageHint } from '../adapters/adapter.js';
import { combineModels } from '../parse/combine.js';
import { isKnown, type Usage, type UsagePart } from '../record/usage.js';

/** Finds the usage in one event, with what the list shows of it besides. */
export type LocateEvent = (source: unknown, extra?: Partial<UsageHint>) => Usage | undefined;

/** The sum of the usages that are known, by model where their responses name several; undefined without any. */
export function combineKnown(
  entries: readonly (readonly [model: string | undefined, usage: Usage | undefined])[],
): Usage | undefined {
  const parts = entries.flatMap(([model = '', usage]): UsagePart[] =>
    usage && isKnown(usage) ? [{ model, usage }] : [],
  );
  if (parts.length < 2) return parts[0]?.usage ?? entries.find(([, usage]) => usage)?.[1];
  return combineModels(parts);
}
