/** Accounts for the usage that a node reports of calls that it made by itself. */

import { normalizeUsage } from '../../usage/normalize.js';
import { resolveUsage } from '../../usage/resolve.js';
import { isKnown, type Usage } from '../../usage/record/usage.js';
import type { SpanObserver } from '../spans/span-observer.js';
import { matchUsages, type ReportedUsage, type UsageMatch } from './match-usage.js';

/** The key under which a node that calls a model by its own SDK leaves what the call used. */
export const USAGE_KEY = 'llm_usage';

/**
 * Accounts for what a node left under `llm_usage`: a usage of any provider's shape, a response that holds one, a list of
 * them, or a function or promise that gives one. What was observed already is not counted again. The promise, where there
 * is one, is that of values that come later and of observed calls that have not finished.
 */
export function accountOwnUsage(left: unknown, observer: SpanObserver): Promise<void> | undefined {
  const parts = (Array.isArray(left) ? (left as unknown[]) : [left]).map(readPart);
  const exchanges = observer.whenExchangesSettled();
  if (!exchanges && !parts.some((part) => part instanceof Promise)) {
    reconcile((parts as ReportedUsage[][]).flat(), observer);
    return undefined;
  }
  return Promise.all([Promise.all(parts), exchanges]).then(([resolved]) =>
    reconcile(resolved.flat(), observer),
  );
}

function readPart(left: unknown): ReportedUsage[] | Promise<ReportedUsage[]> {
  const hint = hintOf(left);
  const usage = normalizeUsage(left, hint);
  if (isKnown(usage)) return describe(left, usage, hint);
  if (left === null || left === undefined) return [];
  return resolveUsage(left, hint).then((resolved) => (resolved ? describe(left, resolved, hint) : []));
}

/** A usage by several models is as many. */
function describe(raw: unknown, usage: Usage, { model, provider }: Hint): ReportedUsage[] {
  const parts = usage.parts ?? [{ model, provider, usage }];
  return parts.map((part) => ({
    model: part.model,
    provider: part.provider ?? provider,
    usage: part.usage,
    raw,
  }));
}

function reconcile(parts: readonly ReportedUsage[], observer: SpanObserver): void {
  for (const { part, match } of matchUsages(parts, observer.calls)) account(part, match, observer);
}

function account(part: ReportedUsage, match: UsageMatch, observer: SpanObserver): void {
  const { model = 'unknown', provider = 'unknown', usage, raw } = part;
  switch (match.kind) {
    case 'observed':
      return;
    case 'missing':
      return match.call.amendUsage({
        usage,
        usageOrigin: 'reported',
        usageNote: 'The node reported this usage.',
        rawUsage: raw,
      });
    case 'unseen':
    case 'conflict':
      return observer.startCall({ provider, model, seenBy: 'node' }).responded({
        text: '',
        model,
        usage: match.kind === 'conflict' ? doubted(usage) : usage,
        usageOrigin: 'reported',
        rawUsage: raw,
        ...describeSession(raw),
      });
  }
}

/** The session of an agent, by which it is resumed. In the raw usage its name alone would mask it as a secret. */
function describeSession(raw: unknown): { ids?: { session: string } } {
  const session = readText(raw, 'session_id');
  return session !== undefined && SESSION_ID.test(session) ? { ids: { session } } : {};
}

/** The form of such ids, such as a UUID; a token of another form stays masked. */
const SESSION_ID = /^[a-z]{0,8}[-_]?[\da-f]{4,}(?:-[\da-f]{4,})*$/i;

/** Both accounts are kept, as it cannot be known whether they overlap. */
function doubted(usage: Usage): Usage {
  const warning =
    'the node reports a usage that is neither that of an observed call nor their sum: both are counted, so calls may be counted twice';
  return { ...usage, warnings: [...usage.warnings, warning], mayOverlap: true };
}

type Hint = Readonly<{ provider?: string; model?: string }>;

function hintOf(left: unknown): Hint {
  const text = (name: string) => readText(left, name);
  const provider = text('provider');
  const model = text('model') ?? text('model_name') ?? text('modelId') ?? text('modelVersion');
  return { ...(provider ? { provider } : {}), ...(model ? { model } : {}) };
}

/** A text in a value of the user's, whose getters may throw. */
function readText(left: unknown, name: string): string | undefined {
  try {
    const value = (left as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
