/** Merges the events of a stream into the usage of the response, or responses, that they make up. */
import type { UsageHint } from '../adapters/adapter.js';
import { locateUsage } from '../parse/locate.js';
import type { Usage } from '../record/usage.js';
import { mergeAgentSessions, mergeCodex } from './merge-agent.js';
import { mergeAnthropic, mergeGemini, mergeLangchain } from './merge-provider.js';
import { mergeResponses } from './merge-responses.js';
import { unwrapEvent } from './stream-event.js';

/**
 * The usage of a list of events, by each provider's own rule. In all of them a later 0 or null does not erase an earlier
 * count, and what was reported before a stream broke off counts:
 * - the Claude Agent SDK and Codex report sums of a whole session: the last holds;
 * - Anthropic spreads usage over `message_start` and cumulative `message_delta`s: the last value of each field holds;
 * - Gemini repeats a cumulative `usageMetadata` in every chunk, in Live for every turn;
 * - LangChain splits `usage_metadata` over chunks: they add up;
 * - everyone else reports for each response: events with the same id, or with none, are one response; responses add up.
 */
export function mergeStream(events: readonly unknown[], hint: UsageHint): Usage | undefined {
  const unwrapped = events.map(unwrapEvent);
  for (const merge of mergers) {
    const merged = merge(unwrapped, (source, extra) => locateUsage(source, { ...hint, ...extra }));
    if (merged) return merged;
  }
  return undefined;
}

const mergers = [mergeAgentSessions, mergeAnthropic, mergeCodex, mergeGemini, mergeLangchain, mergeResponses];
