/** Coding agents' own formats: Codex, Claude Code, opencode, pi, Gemini CLI, and agents that speak ACP (Grok). */
import { addCounts, parseCount } from '../fields/count.js';
import { getField, hasAny, readField } from '../fields/fields.js';
import { omit } from '../fields/omit.js';
import { defineAdapter, hasField, type UsageAdapter } from './adapter.js';

/** Codex: its CLI and SDK, session files, app server (camelCase) and telemetry. Everything is inside. */
export const codex: UsageAdapter = {
  matches: (candidate) =>
    hasField(
      candidate,
      'cached_input_tokens',
      'reasoning_output_tokens',
      'reasoningOutputTokens',
      'cached_token_count',
      'reasoning_token_count',
    ),
  parse: ({ reported }) => {
    // Its telemetry writes the total as `tool_token_count`.
    const { toolInput, ...counts } = reported.counts;
    return {
      source: 'codex',
      counts: toolInput === undefined ? counts : { ...counts, total: counts.total ?? toolInput },
      cache: 'inside',
      reasoning: 'inside',
    };
  },
};

/** Events and spans of Claude Code: Anthropic's convention under other names. */
export const claudeCode = defineAdapter(
  { source: 'claude-code', cache: 'outside', reasoning: 'inside' },
  (candidate) =>
    hasField(candidate, 'input_tokens', 'output_tokens') &&
    (hasField(candidate, 'cache_creation_tokens') ||
      (hasField(candidate, 'cache_read_tokens') && hasField(candidate, 'cost_usd'))),
);

/** What the Claude Agent SDK reports for one of several models. */
export const claudeModelUsage = defineAdapter(
  { source: 'claude-agent', cache: 'outside', reasoning: 'inside' },
  (candidate) =>
    hasField(candidate, 'inputTokens', 'outputTokens') &&
    (hasField(candidate, 'costUSD', 'contextWindow', 'maxOutputTokens') ||
      (hasField(candidate, 'cacheReadInputTokens') && hasField(candidate, 'cacheCreationInputTokens'))),
);

/** opencode: all five counts are disjoint; before version 1.2 the output contained the reasoning. */
export const opencode = defineAdapter(
  { source: 'opencode', cache: 'outside', reasoning: 'outside' },
  (candidate) =>
    hasField(candidate, 'input', 'output') && hasAny(getField(candidate.usage, 'cache'), 'read', 'write'),
);

/** pi: input and both kinds of cached tokens are disjoint. */
export const pi = defineAdapter(
  { source: 'pi', cache: 'outside', reasoning: 'inside' },
  (candidate) => hasField(candidate, 'input', 'output') && hasField(candidate, 'cacheRead', 'cacheWrite'),
);

/** Gemini CLI: its session files, JSON output and telemetry, in Gemini's convention. */
export const geminiCli: UsageAdapter = {
  matches: (candidate) =>
    (hasField(candidate, 'input', 'prompt') &&
      hasField(candidate, 'cached', 'thoughts', 'tool', 'candidates')) ||
    (hasField(candidate, 'input_token_count') &&
      hasField(candidate, 'cached_content_token_count', 'thoughts_token_count', 'tool_token_count')),
  parse: ({ usage, reported }) => {
    const { toolInput, ...counts } = reported.counts;
    return {
      source: 'gemini-cli',
      counts: { ...counts, input: addCounts(counts.input, toolInput, readField(usage, 'tool')) },
      cache: 'inside',
      reasoning: 'outside',
      unconsumed: omit(reported.unconsumed, 'tool'),
    };
  },
};

/** The Agent Client Protocol: agents differ in what they put into the input, and the total has every kind of token. */
export const acp: UsageAdapter = {
  matches: (candidate) => hasField(candidate, 'cachedReadTokens', 'cachedWriteTokens', 'thoughtTokens'),
  parse: ({ reported }) => ({
    source: 'acp',
    counts: reported.counts,
    cache: 'inside',
    reasoning: 'inside',
    guessed: typeof parseCount(reported.counts.total) !== 'number',
  }),
};
