/** The filter grammar of runs: words, `status:`, `model:`, `workflow:`, `tag:`, `since:`, and amounts such as `cost>0.01`. */

import { parseSince } from '../../lib/parse-since.js';
import { memoizeLast } from '../base/memo.js';
import { runMs, runTotals, type HomeRun } from './home-run.js';

/** A parsed filter. All of its tests must hold. */
export type RunQuery = Readonly<{
  tests: readonly ((run: HomeRun, now: number) => boolean)[];
  /** One sentence for each term that has no meaning; it is ignored. */
  problems: readonly string[];
}>;

/** Parses a filter. A term that is not complete yet, such as `status:`, matches everything. */
export function parseRunQuery(text: string, now: number): RunQuery {
  const tests: RunQuery['tests'][number][] = [];
  const problems: string[] = [];
  for (const [, word = ''] of text.matchAll(/((?:"[^"]*"?|[^\s"])+)/g)) {
    const parsed = parseTerm(word.replaceAll('"', ''), now);
    if (typeof parsed === 'string') problems.push(parsed);
    else if (parsed) tests.push(parsed);
  }
  return { tests, problems };
}

/** The runs that a filter selects; `runs` itself for an empty one. */
export const filterRuns = memoizeLast(
  (runs: readonly HomeRun[], text: string, minute: number): readonly HomeRun[] => {
    const now = minute * 60_000;
    const { tests } = parseRunQuery(text, now);
    if (tests.length === 0) return runs;
    return runs.filter((run) => tests.every((test) => test(run, now)));
  },
);

/** The forms of the grammar, for help. */
export const QUERY_FORMS =
  'words  status:failed  model:gpt  workflow:name  tag:key=value  cost>0.01  time>5s  since:7d';

type Test = RunQuery['tests'][number];

/** A test, a problem in words, or undefined for a term without a value. */
function parseTerm(term: string, now: number): Test | string | undefined {
  const [, amount, sign, limit = ''] = /^(cost|time|tokens)(>=|<=|>|<)(.*)$/.exec(term) ?? [];
  if (amount !== undefined) return parseAmount(amount, sign!, limit);
  const [, field, value = ''] = /^(status|model|workflow|tag|since):(.*)$/.exec(term) ?? [];
  if (field === undefined) return word(term);
  if (value === '') return undefined;
  switch (field) {
    case 'status':
      return parseStatus(value);
    case 'model':
      return ({ models = [] }) => models.some((name) => has(name, value));
    case 'workflow':
      return ({ name, workflow }) => has(name, value) || has(workflow, value);
    case 'tag':
      return ({ tags }) => hasTag(tags, value);
    default: {
      const from = parseSince(value, now);
      return from === undefined
        ? `since: takes an age such as 24h or 7d, or a date.`
        : ({ at }) => at >= from;
    }
  }
}

function word(text: string): Test {
  return ({ name, workflow, run, models = [], tags, failed }) =>
    [name, workflow, run, failed, ...models, ...Object.keys(tags), ...Object.values(tags)].some((each) =>
      has(each, text),
    );
}

/** A beginning is enough; `failed` is any end that is not a success or a cancellation. */
function parseStatus(value: string): Test | string {
  const wanted = value.toLowerCase();
  const meant = STATUSES.filter(([name]) => name.startsWith(wanted)).flatMap(([, statuses]) => statuses);
  if (meant.length === 0) return `status: is one of ${STATUSES.map(([name]) => name).join(', ')}.`;
  return ({ status }) => meant.includes(status);
}

const STATUSES: readonly (readonly [string, readonly HomeRun['status'][]])[] = [
  ['running', ['running']],
  ['ok', ['ok']],
  ['done', ['ok']],
  ['failed', ['failed', 'budget', 'killed']],
  ['cancelled', ['cancelled']],
  ['budget', ['budget']],
  ['killed', ['killed']],
];

function parseAmount(amount: string, sign: string, limit: string): Test | string | undefined {
  if (limit === '' || limit === '$') return undefined;
  const wanted = readAmount(amount, limit);
  if (wanted === undefined)
    return `${amount}${sign} takes ${amount === 'cost' ? 'an amount such as 0.01' : amount === 'time' ? 'a duration such as 5s' : 'a number'}.`;
  return (run, now) => {
    const is = measure(run, amount, now);
    if (is === null) return false;
    return { '>': is > wanted, '<': is < wanted, '>=': is >= wanted, '<=': is <= wanted }[sign]!;
  };
}

/** USD, ms or tokens. */
function readAmount(amount: string, text: string): number | undefined {
  const [, digits, unit = ''] = /^\$?(\d*\.?\d+)([a-z]*)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (amount === 'time') {
    const factor = { ms: 1, s: 1000, '': 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unit];
    return factor === undefined ? undefined : Number(digits) * factor;
  }
  const factor = { '': 1, k: 1000, M: 1e6 }[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}

function measure(run: HomeRun, amount: string, now: number): number | null {
  if (amount === 'time') return runMs(run, now);
  const totals = runTotals(run);
  return totals === undefined ? null : ((amount === 'cost' ? totals.usd : totals.tokens) ?? 0);
}

function hasTag(tags: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=');
  const [key, value] = at < 0 ? [wanted, undefined] : [wanted.slice(0, at), wanted.slice(at + 1)];
  return Object.entries(tags).some(([name, is]) => has(name, key) && (value === undefined || has(is, value)));
}

function has(text: string | undefined, wanted: string): boolean {
  return text !== undefined && text.toLowerCase().includes(wanted.toLowerCase());
}
