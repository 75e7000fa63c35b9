/** Renders the outcome of `pflow check` as text, as Markdown for a pull request, and as JSON. */
import type { BaselineCheck, Comparison } from '../../../insights/gate/check-baseline.js';
import type { Limited, ThresholdCheck } from '../../../insights/gate/check-thresholds.js';
import { formatCount, formatDuration, formatUsd } from '../../../lib/text/format.js';
import { safeText } from '../../../lib/text/safe-text.js';
import { stripNoise } from '../../../lib/text/format.js';
import { table } from '../../io/text-table.js';

/** The outcome of a check of runs of one workflow. */
export type CheckOutcome = Readonly<{
  workflow: string;
  /** The number of runs. */
  runs: number;
  passed: boolean;
  baseline: BaselineCheck | undefined;
  thresholds: readonly ThresholdCheck[];
  /** Why it failed besides amounts, and what could not be compared. */
  notes: readonly string[];
}>;

/** As aligned columns: failures, then the whole run, then what else differs. */
export function formatCheckText(outcome: CheckOutcome): string {
  const { head, rows } = listRows(outcome);
  const parts = [
    headline(outcome),
    rows.length > 0 ? table([head, ...rows]) : '',
    ...outcome.notes.map((note) => `  · ${note}`),
  ];
  return parts.filter(Boolean).join('\n');
}

/** As a Markdown section. */
export function formatCheckMarkdown(outcome: CheckOutcome): string {
  const { head, rows } = listRows(outcome);
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [
    `### ${headline(outcome)}`,
    ...(rows.length > 0 ? ['', line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)] : []),
    ...(outcome.notes.length > 0 ? ['', ...outcome.notes.map((note) => `- ${escapeCell(note)}`)] : []),
  ].join('\n');
}

/** As a JSON object: ms, USD and counts. */
export function toCheckJson({ workflow, runs, passed, baseline, thresholds, notes }: CheckOutcome) {
  return {
    workflow,
    runs,
    passed,
    ...(baseline
      ? {
          comparisons: baseline.comparisons.map(
            ({ metric, node, baseline: base, value, allowed, verdict, priceChange }) => ({
              metric,
              node: node ?? null,
              baseline: stripNoise(base),
              value: stripNoise(value),
              allowed: stripNoise(allowed),
              verdict,
              ...(priceChange === undefined ? {} : { price_change_usd: stripNoise(priceChange) }),
            }),
          ),
        }
      : {}),
    ...(thresholds.length > 0
      ? {
          thresholds: thresholds.map(({ limited, node, most, value, verdict }) => ({
            limited,
            node: node ?? null,
            most,
            value: value === undefined ? null : stripNoise(value),
            verdict,
          })),
        }
      : {}),
    notes,
  };
}

function headline({ workflow, passed, runs }: CheckOutcome): string {
  return `${passed ? '✓' : '✗'} pflow check ${safeText(workflow)}: ${passed ? 'passed' : 'failed'}${runs > 1 ? ` (median of ${runs} runs)` : ''}`;
}

function listRows({ baseline, thresholds }: CheckOutcome): { head: string[]; rows: string[][] } {
  const head = ['', 'what', 'compared with', 'now', 'change', 'allowed', 'prices'];
  const isShown = ({ node, verdict, priceChange }: Comparison) =>
    node === undefined || verdict !== 'pass' || priceChange !== undefined;
  const compared = (baseline?.comparisons ?? []).filter(isShown).toSorted((a, b) => rank(a) - rank(b));
  const rows = [
    ...thresholds.map(({ limited, node, most, value, verdict, isFree = false }) => [
      marks[verdict],
      subject(limited, node),
      'limit',
      value === undefined
        ? '–'
        : isFree
          ? 'n/a'
          : (verdict === 'unknown' ? '≥ ' : '') + format(limited, value),
      '',
      format(limited, most),
      '',
    ]),
    ...compared.map(({ metric, node, baseline: base, value, allowed, verdict, priceChange }) => [
      marks[verdict],
      subject(metric, node),
      format(metric, base),
      format(metric, value),
      formatChange(base, value),
      format(metric, allowed),
      priceChange === undefined
        ? ''
        : `${priceChange > 0 ? '+' : '−'}${formatUsd(Math.abs(priceChange))} from prices`,
    ]),
  ];
  const isUsed = (i: number) => i < 2 || rows.some((row) => row[i] !== '');
  const pick = (cells: readonly string[]) => cells.filter((_, i) => isUsed(i));
  return { head: pick(head), rows: rows.map(pick) };
}

const marks = { pass: '✓', fail: '✗', unclear: '?', unknown: '?' } as const;

function rank({ verdict, node }: Comparison): number {
  return (verdict === 'fail' ? 0 : 2) + (node === undefined ? 0 : 1);
}

function subject(limited: Limited, node: string | undefined): string {
  const name = NAMES[limited] ?? limited;
  return node === undefined ? name : `${safeText(node)} ${name}`;
}

const NAMES: Partial<Record<Limited, string>> = {
  p95: 'p95 of calls',
  passed: 'answers that passed',
  'per-pass': 'cost per pass',
};

function format(limited: Limited, amount: number): string {
  if (limited === 'passed') return `${Math.round(100 * amount)} %`;
  if (limited === 'cost' || limited === 'per-pass') return formatUsd(amount);
  return limited === 'tokens' || limited === 'calls' ? formatCount(amount) : formatDuration(amount);
}

function formatChange(before: number, after: number): string {
  if (before === 0) return after === 0 ? '' : 'new';
  const percent = Math.round(100 * (after / before - 1));
  return percent === 0 ? '±0 %' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}

/** Names come from workflow files: they must not end a cell or start markup. */
function escapeCell(text: string): string {
  return text.replaceAll(/[\\|`*_<>[\]]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}
