/** Reports the trials of models as a table, with their answers side by side, and as JSON. */
import { formatDuration, formatUsd, plural, stripNoise } from '../../../lib/text/format.js';
import { safeText } from '../../../lib/text/safe-text.js';
import { fit, wrap } from '../../../lib/text/text-width.js';
import { table } from '../../io/text-table.js';
import { toText } from '../../../session/verify/verify-answer.js';
import type { Trial } from './try-models.js';

/** The trials of one model: sums over them. USD is null where any of them is unknown. */
type ModelSum = Readonly<{
  name: string;
  trials: readonly Trial[];
  usd: number | null;
  ms: number;
  tokens: number;
  passed: number | null;
}>;

/** Lines of an answer that are shown. */
const MOST_LINES = 40;
/** Narrower columns of text are unreadable: then the answers are below each other. */
const LEAST_WIDTH = 30;

/** A table with a row for each model, the answers, and the cheapest model that passes. */
export function formatTrials(node: string, trials: readonly Trial[], columns: number): string {
  const sums = sumTrials(trials);
  const isVerified = sums.some(({ passed }) => passed !== null);
  const rows = sums.map(({ name, trials: own, usd, ms, tokens, passed }) => [
    name,
    usd === null ? 'unknown' : formatUsd(usd / own.length),
    formatDuration(ms / own.length),
    String(Math.round(tokens / own.length)),
    ...(isVerified
      ? [passed === null ? 'failed' : `${passed} of ${own.length}`, perPass({ usd, passed })]
      : []),
  ]);
  const head = [
    'model',
    'cost',
    'time',
    'tokens',
    ...(isVerified ? ['passed', 'cost per passing answer'] : []),
  ];
  const notes = trials.flatMap(({ model, error, verdict }) => {
    const name = model ?? 'as it ran';
    if (error !== undefined) return [`  · ${name}: ${safeText(error)}`];
    return verdict && !verdict.passed
      ? [`  · ${name}: ${safeText(verdict.says || `exit code ${verdict.code}`)}`]
      : [];
  });
  return [
    [
      `${safeText(node)}, tried with ${plural(sums.length - 1, 'model')}:`,
      table([head, ...rows], { right: [3] }),
      ...notes,
    ].join('\n'),
    formatAnswers(sums, columns),
    ...(isVerified ? [recommend(sums)] : []),
  ].join('\n\n');
}

function perPass({ usd, passed }: Pick<ModelSum, 'usd' | 'passed'>): string {
  if (usd === null || passed === null) return 'unknown';
  return passed === 0 ? 'none passed' : formatUsd(usd / passed);
}

/** The first answer of each model. */
function formatAnswers(sums: readonly ModelSum[], columns: number): string {
  const answers = sums.map(({ name, trials: [first] }) => ({
    name,
    text:
      first!.error === undefined ? safeText(toText(first!.answer), { keepNewlines: true }) : '(no answer)',
  }));
  const width = Math.floor((columns - 3 * (answers.length - 1)) / answers.length);
  if (!Number.isFinite(columns) || width < LEAST_WIDTH)
    return answers
      .map(({ name, text }) => [`── ${name}`, ...cutLines(text.split('\n'))].join('\n'))
      .join('\n\n');
  const blocks = answers.map(({ name, text }) => [
    name,
    '─'.repeat(width),
    ...cutLines(text.split('\n').flatMap((line) => wrap(line, width))),
  ]);
  const height = Math.max(...blocks.map(({ length }) => length));
  return Array.from({ length: height }, (_, i) =>
    blocks
      .map((lines) => fit(lines[i] ?? '', width))
      .join(' │ ')
      .trimEnd(),
  ).join('\n');
}

function cutLines(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more > 1 ? [...lines.slice(0, MOST_LINES), `… ${more} more lines`] : lines;
}

/** Only what was tried and passed is recommended. */
function recommend(sums: readonly ModelSum[]): string {
  const passing = sums.filter(({ passed, usd }) => passed !== null && passed > 0 && usd !== null);
  if (passing.length === 0) return 'No model passed.';
  const costOf = ({ usd, passed }: ModelSum) => usd! / passed!;
  const best = passing.reduce((least, each) => (costOf(each) < costOf(least) ? each : least));
  return `Cheapest passing answer: ${best.name}, ${formatUsd(costOf(best))} each (${best.passed} of ${best.trials.length} passed).`;
}

function sumTrials(trials: readonly Trial[]): ModelSum[] {
  const groups = groupByModel(trials);
  return [...groups].map(([name, own]) => {
    const verdicts = own.flatMap(({ verdict }) => verdict ?? []);
    return {
      name,
      trials: own,
      usd: own.some(({ usd }) => usd === null) ? null : own.reduce((sum, { usd }) => sum + usd!, 0),
      ms: own.reduce((sum, each) => sum + each.ms, 0),
      tokens: own.reduce((sum, each) => sum + each.tokens, 0),
      passed: verdicts.length === 0 ? null : verdicts.filter(({ passed }) => passed).length,
    };
  });
}

function groupByModel(trials: readonly Trial[]): Map<string, Trial[]> {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) {
    const name = trial.model ?? `${trial.models.join(', ') || 'the model'} (as it ran)`;
    const own = groups.get(name);
    if (own) own.push(trial);
    else groups.set(name, [trial]);
  }
  return groups;
}

/** The trials as JSON: USD and ms, null where unknown. */
export function toTrialsJson(node: string, trials: readonly Trial[]) {
  return {
    node,
    trials: trials.map(({ model, models, usd, tokens, ms, answer, error, verdict, tracePath }) => ({
      model: model ?? null,
      models,
      recorded: model === undefined,
      cost_usd: usd === null ? null : stripNoise(usd),
      tokens,
      ms: Math.round(ms),
      answer: error === undefined ? (answer ?? null) : null,
      error: error ?? null,
      passed: verdict?.passed ?? null,
      verify: verdict ? { exit_code: verdict.code, says: verdict.says, ms: Math.round(verdict.ms) } : null,
      trace_path: tracePath ?? null,
    })),
    models: sumTrials(trials).map(({ name, trials: own, usd, passed }) => ({
      model: name,
      times: own.length,
      passed,
      cost_usd: usd === null ? null : stripNoise(usd),
      cost_per_pass_usd: usd === null || !passed ? null : stripNoise(usd / passed),
    })),
  };
}
