/** Advises on answers: truncated ones, ones that were thrown away and asked for again, and ones that begin late. */
import { formatDuration, plural } from '../../lib/text/format.js';
import { findAnswerProblem } from '../../profile/analysis/answer-problem.js';
import { median } from '../history/robust-stats.js';
import { groupCalls, sumUsd, type Advice, type AdviceCall } from './advice-call.js';

/** Answers that ended at their token limit, by node: they were paid for and are not complete. */
export function adviseTruncated(calls: readonly AdviceCall[]): Advice[] {
  const cut = calls.filter(({ call }) => findAnswerProblem(call)?.code === 'answer_cut');
  return [...groupCalls(cut, ({ node }) => node)].map(([node, own]) => {
    const limit = own.map(({ call }) => readLimit(call.request?.settings)).find((each) => each !== undefined);
    return {
      kind: 'truncated',
      node: node || undefined,
      message: `${plural(own.length, 'answer')} ended at the token limit${limit === undefined ? '' : ` of ${limit.toLocaleString('en-US')}`}`,
      remedy: 'Raise the limit, or ask for less in one answer.',
      usd: sumUsd(own),
      ms: null,
      spans: own.map(({ span }) => span),
    };
  });
}

/** Names of the limit in the settings of SDKs. */
const LIMITS = [
  'maxOutputTokens',
  'max_tokens',
  'max_output_tokens',
  'max_completion_tokens',
  'maxTokens',
  'num_predict',
];

function readLimit(settings: Readonly<Record<string, unknown>> | undefined): number | undefined {
  return LIMITS.map((name) => settings?.[name]).find((value): value is number => typeof value === 'number');
}

/** The part of a node's cost from which on retries are reported. */
const WASTED_PART = 0.25;

/** Nodes that threw away answers that cost a quarter or more of what the node cost. Attempts without an answer cost nothing. */
export function adviseRetries(calls: readonly AdviceCall[]): Advice[] {
  return [...groupCalls(calls, ({ node }) => node)].flatMap(([node, own]): Advice[] => {
    const wasted = own.filter(({ call }) => call.wasted);
    const usd = sumUsd(wasted);
    const total = sumUsd(own);
    if (usd <= 0 || usd < WASTED_PART * total) return [];
    return [
      {
        kind: 'retries',
        node: node || undefined,
        message: `${plural(wasted.length, 'answer')} of ${own.length} ${wasted.length === 1 ? 'was' : 'were'} thrown away and asked for again, ${Math.round((100 * usd) / total)} % of the cost of the node`,
        remedy: 'State the expected form in the prompt, with an example, or request it as a schema.',
        usd,
        ms: wasted.reduce((sum, { ms }) => sum + ms, 0),
        spans: wasted.map(({ span }) => span),
      },
    ];
  });
}

/** Below these a start is not slow: its median, its part of the time of the calls, and the number of calls. */
const SLOW_START_MS = 2500;
const SLOW_START_PART = 0.4;
const LEAST_CALLS = 3;
/** An input that takes noticeable time to read. */
const LONG_INPUT = 20_000;

/** Models whose answers begin late, by the time to the first token. */
export function adviseFirstToken(calls: readonly AdviceCall[]): Advice[] {
  const timed = calls.filter(({ ok, call }) => ok && call.firstTokenMs !== undefined);
  return [...groupCalls(timed, ({ provider, model }) => `${provider}/${model}`)].flatMap(
    ([name, own]): Advice[] => {
      const starts = own.map(({ call }) => call.firstTokenMs!);
      const middle = median(starts);
      const part = sum(starts) / sum(own.map(({ ms }) => ms));
      if (own.length < LEAST_CALLS || middle < SLOW_START_MS || part < SLOW_START_PART) return [];
      return [
        {
          kind: 'slow-first-token',
          node: undefined,
          message: `${name} takes ${formatDuration(middle)} to the first token (median of ${own.length} calls, ${Math.round(100 * part)} % of their time)`,
          remedy: chooseRemedy(own),
          usd: null,
          ms: null,
          spans: own.map(({ span }) => span),
        },
      ];
    },
  );
}

function chooseRemedy(calls: readonly AdviceCall[]): string {
  const reasoning = sum(calls.map(({ call }) => call.usage?.reasoning ?? 0));
  const output = sum(calls.map(({ call }) => call.usage?.output ?? 0));
  if (reasoning > output / 2)
    return 'Most of the answers is reasoning: lower its effort where the task allows it.';
  const uncached = median(calls.map(({ input, cacheRead }) => input - cacheRead));
  if (uncached >= LONG_INPUT)
    return 'The prompts are long: shorten them, or let the beginning be read from the cache.';
  return 'Try another model or provider, or make the calls at the same time.';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
