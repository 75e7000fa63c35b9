/** Finds calls that were seen in several ways (by tap, gateway and telemetry), so that each counts once. */

import type { Usage } from '../../usage/record/usage.js';
import type { SeenBy } from '../../trace/record/record-call.js';

/** A call as one source saw it. Times are in ms on a common clock. */
export type SeenCall = Readonly<{
  span: number;
  seenBy: SeenBy;
  /** Whether it is in a span of the program, such as an agent's step, rather than in the process or the function that sent it. */
  inSpan?: boolean;
  startMs: number;
  endMs: number;
  model?: string | undefined;
  usage?: Usage | null | undefined;
  responseId?: string | undefined;
  requestId?: string | undefined;
}>;

/** Two spans of the same call: `same` is the one that counts. */
export type CallLink = Readonly<{ span: number; same: number; by: 'ids' | 'time-and-usage' }>;

/** By how much the clocks and the ends of two views of a call may differ. */
const TOLERANCE_MS = 2000;

/** Whose view counts: the tap shows the caller, the gateway the bytes, telemetry what the program made of them. */
const ranks: readonly SeenBy[] = ['llm', 'tap', 'fetch', 'gateway', 'telemetry', 'node'];

/** A view inside a span of the program precedes all others. */
function rankOf({ seenBy, inSpan = false }: SeenCall): number {
  return ranks.indexOf(seenBy) - (inSpan ? ranks.length : 0);
}

/**
 * Compares each call with those before it. Calls of one source are never the same call: a program repeats itself. A call is linked
 * at most once to each other source.
 */
export class SeenCalls {
  readonly #calls: { call: SeenCall; linked: Set<SeenBy> }[] = [];

  /** Adds a finished call; returns the link to one that was seen before, if there is one. */
  add(call: SeenCall): CallLink | undefined {
    const entry = { call, linked: new Set<SeenBy>() };
    const free = this.#calls.filter(
      (other) => other.call.seenBy !== call.seenBy && !other.linked.has(call.seenBy),
    );
    this.#calls.push(entry);
    const byIds = free.find((other) => haveSameIds(other.call, call));
    const found = byIds ?? free.filter((other) => matchUsage(other.call, call)).toSorted(byStart(call))[0];
    if (!found) return undefined;
    found.linked.add(call.seenBy);
    entry.linked.add(found.call.seenBy);
    const [kept, other] = rankOf(found.call) <= rankOf(call) ? [found.call, call] : [call, found.call];
    return { span: other.span, same: kept.span, by: byIds ? 'ids' : 'time-and-usage' };
  }
}

function haveSameIds(a: SeenCall, b: SeenCall): boolean {
  const same = (one: string | undefined, other: string | undefined): boolean =>
    one !== undefined && one === other;
  return same(a.responseId, b.responseId) || same(a.requestId, b.requestId);
}

/** Without ids in common: the same counts in the same interval. Calls of unknown usage are the same by their time alone if nothing contradicts. */
function matchUsage(a: SeenCall, b: SeenCall): boolean {
  if (contradict(a.responseId, b.responseId) || contradict(a.requestId, b.requestId)) return false;
  if (a.startMs > b.endMs + TOLERANCE_MS || b.startMs > a.endMs + TOLERANCE_MS) return false;
  if (!a.usage || !b.usage) return false;
  return a.usage.input === b.usage.input && a.usage.output === b.usage.output;
}

function contradict(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function byStart(call: SeenCall): (a: { readonly call: SeenCall }, b: { readonly call: SeenCall }) => number {
  const distance = (other: { readonly call: SeenCall }): number =>
    Math.abs(other.call.startMs - call.startMs);
  return (a, b) => distance(a) - distance(b);
}
