/** Selects runs by status, workflow, model, start and tags. */
import type { ListedRun } from './list-runs.js';

/** Which runs to list; all conditions must hold. Names match any part, in upper or lower case. */
export type RunFilter = Readonly<{
  failed?: boolean;
  workflow?: string;
  model?: string;
  /** Those that started at this time or later. */
  since?: Date;
  /** `key` or `key=value`. */
  tag?: readonly string[];
}>;

/** Whether a run meets the conditions. A run of which only the trace is known has the model that it was started with. */
export function matchesFilter(
  run: ListedRun,
  { failed, workflow, model, since, tag = [] }: RunFilter,
): boolean {
  if (failed && !['failed', 'budget', 'killed'].includes(run.status)) return false;
  if (since && run.at < since.getTime()) return false;
  if (workflow !== undefined && ![run.workflow, run.name].some((name) => contains(name, workflow)))
    return false;
  if (model !== undefined && !run.models?.some((name) => contains(name, model))) return false;
  return tag.every((each) => hasTag(run.tags, each));
}

function contains(text: string | undefined, wanted: string): boolean {
  return text !== undefined && text.toLowerCase().includes(wanted.toLowerCase());
}

function hasTag(tags: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=');
  if (at < 0) return Object.hasOwn(tags, wanted);
  const key = wanted.slice(0, at);
  return Object.hasOwn(tags, key) && tags[key] === wanted.slice(at + 1);
}
