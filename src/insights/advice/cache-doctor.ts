/** Diagnoses why a prompt was not read from the provider's cache, by comparing a call with the call before it. */
import type { RequestPart } from '../../trace/record/prompt-parts.js';

/** The facts of a call that a prompt cache depends on. Times in ms since the run started. */
export type CachedCall = Readonly<{
  span: number;
  provider: string;
  model: string;
  startedAt: number;
  /** undefined if it has not finished. */
  finishedAt: number | undefined;
  /** Tools, system prompt and messages, in the order of the cache; undefined if they were not recorded. */
  parts: readonly RequestPart[] | undefined;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  /** Whether it wrote with a lifetime of an hour. */
  keepsHour: boolean;
}>;

/** Why tokens that an earlier call sent were paid in full again. */
export type CacheCause =
  | 'cold'
  | 'expired'
  | 'provider-changed'
  | 'model-changed'
  | 'tools-changed'
  | 'system-changed'
  | 'history-rewritten'
  | 'below-minimum'
  | 'unknown';

/** A miss, compared with the call `since`. */
export type CacheMiss = Readonly<{
  cause: CacheCause;
  since: number;
  /** Tokens that both calls sent and that were not read from the cache: an estimate by size. */
  missed: number;
  /** The first part that differs: its index among the messages from 1 for a rewritten history, and the bytes before it. */
  position?: Readonly<{ role: string; message: number | undefined; bytes: number }>;
}>;

/** The smallest prefix that OpenAI caches, and the smallest minimum of Anthropic and Google (their prompt caching guides). */
const LEAST_CACHED = 1024;

/** How long an unused prefix is kept: 5 minutes at Anthropic by default and about that at OpenAI, up to an hour if paid for. */
const LIFETIME_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/**
 * Why a call did not read from the cache what the latest earlier call of its node had sent; undefined if it did, or if nothing
 * worth caching is common to both. `earlier` are the earlier calls of the node in order of start.
 */
export function diagnoseCache(call: CachedCall, earlier: readonly CachedCall[]): CacheMiss | undefined {
  const before = earlier.findLast(
    ({ finishedAt }) => finishedAt !== undefined && finishedAt <= call.startedAt,
  );
  const other = before ?? earlier.at(-1);
  if (!other) return undefined;
  const since = other.span;
  const { parts } = call;
  if (!parts || !other.parts) {
    const had = other.cacheRead + other.cacheWrite;
    const missed = Math.min(had, call.input) - call.cacheRead;
    return had >= LEAST_CACHED && missed >= LEAST_CACHED ? { cause: 'unknown', since, missed } : undefined;
  }
  const missed = countCommon(call, parts, other.parts) - call.cacheRead;
  const isSmall = call.input < LEAST_CACHED;
  if (missed <= 0 || missed < (isSmall ? call.input / 2 : LEAST_CACHED)) return undefined;
  const found = { since, missed };
  if (isSmall) return { ...found, cause: 'below-minimum' };
  if (!before) return { ...found, cause: 'cold' };
  if (before.provider !== call.provider) return { ...found, cause: 'provider-changed' };
  if (before.model !== call.model) return { ...found, cause: 'model-changed' };
  const change = findChange(parts, other.parts);
  if (change) return { ...found, ...change };
  const idle = call.startedAt - before.startedAt;
  return { ...found, cause: idle > (before.keepsHour ? HOUR_MS : LIFETIME_MS) ? 'expired' : 'unknown' };
}

/** The tokens of the parts that another call had too, by their share of the bytes of the request. */
function countCommon(
  { input }: CachedCall,
  parts: readonly RequestPart[],
  others: readonly RequestPart[],
): number {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total === 0) return 0;
  const left = new Map<string, number>();
  for (const part of others) left.set(keyOf(part), (left.get(keyOf(part)) ?? 0) + 1);
  let common = 0;
  for (const part of parts) {
    const count = left.get(keyOf(part)) ?? 0;
    if (count === 0) continue;
    left.set(keyOf(part), count - 1);
    common += part.bytes;
  }
  return Math.floor((common / total) * input);
}

/** The first part of the earlier call that the later one does not have at the same place; undefined if it only adds parts. */
function findChange(
  parts: readonly RequestPart[],
  others: readonly RequestPart[],
): Pick<CacheMiss, 'cause' | 'position'> | undefined {
  const bytesBefore = (index: number) => parts.slice(0, index).reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [i, other] of others.entries()) {
    const part = parts[i];
    if (part && keyOf(part) === keyOf(other)) continue;
    const roles = [part?.role, other.role];
    const cause = roles.includes('tools')
      ? 'tools-changed'
      : roles.some((role) => role === 'system' || role === 'developer') && !parts.slice(0, i).some(isMessage)
        ? 'system-changed'
        : 'history-rewritten';
    const message =
      cause === 'history-rewritten' ? parts.slice(0, i).filter(isMessage).length + 1 : undefined;
    return { cause, position: { role: other.role, message, bytes: bytesBefore(i) } };
  }
  return undefined;
}

function isMessage({ role }: RequestPart): boolean {
  return role !== 'tools' && role !== 'system' && role !== 'developer';
}

function keyOf({ role, sha256 }: RequestPart): string {
  return `${role}:${sha256}`;
}
