/** Checks that a parsed line has the fields of the ledger's schema: the file may be damaged, or written by another program. */
import { isJsonObject } from '../../lib/data/json-object.js';
import type { Totals } from '../../profile/run/run-state.js';
import { ZERO_TOTALS } from '../../profile/run/totals.js';
import { isRunLine, LEDGER_VERSION, type CallLine, type LedgerLine, type RunLine } from './ledger-line.js';

type Check = (value: unknown) => boolean;

// Written by hand: a schema library takes longer for 200,000 lines than reading them.
const isText: Check = (value) => typeof value === 'string';
const isName: Check = (value) => typeof value === 'string' && value.trim() !== '';
const isNumber: Check = (value) => Number.isFinite(value);
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isFlag: Check = (value) => value === true;
const everyValue =
  (check: Check): Check =>
  (value) =>
    isJsonObject(value) && Object.values(value).every(check);
const everyItem =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isCountOrName: Check = (value) => isNumber(value) || isText(value) || value === true;
const isTime: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));

/** The usage of one model: numbers, tier names and marks; `unconsumed` is a record of numbers. */
const isUsage: Check = (value) =>
  isJsonObject(value) &&
  Object.entries(value).every(([name, each]) =>
    name === 'unconsumed' ? everyValue(isNumber)(each) : isCountOrName(each),
  );

/** Whether a total has the type of its zero; one of a later version has none. */
function isLike(zero: unknown, value: unknown): boolean {
  return zero === undefined || (typeof zero === 'number' ? isNumber(value) : typeof value === typeof zero);
}

const commonFields: Readonly<Record<string, Check>> = {
  run: isName,
  at: isTime,
  tz: isText,
  workflow: isText,
  ms: isNumberOrNull,
  tags: everyValue(isText),
  project: isText,
  commit: isText,
  source: isText,
  trace: isText,
  status: isText,
};

const callFields: Readonly<Record<string, Check>> = {
  ...commonFields,
  id: isName,
  alias: isText,
  span: isNumber,
  stage: isText,
  node: isText,
  prompt: isText,
  session: isText,
  tool: isText,
  provider: isText,
  model: isName,
  requested: isText,
  usages: everyItem((each) => {
    if (!isJsonObject(each)) return false;
    const { model, provider, usage } = each as Record<string, unknown>;
    return isName(model) && (provider === undefined || isText(provider)) && isUsage(usage);
  }),
  estimated: isFlag,
  streamed: isNumber,
  answered: isFlag,
  unconsumed: everyValue(isNumber),
  incomplete: isFlag,
  reported: (value) => isJsonObject(value) && isNumber((value as Record<string, unknown>)['usd']),
  usd: isNumberOrNull,
  recordedUsd: isNumberOrNull,
  free: isFlag,
  firstTokenMs: isNumber,
  wasted: isFlag,
  attempt: isNumber,
  cached: isFlag,
  plan: isFlag,
  verdict: (value) =>
    isJsonObject(value) && typeof (value as Record<string, unknown>)['passed'] === 'boolean',
};

const runFields: Readonly<Record<string, Check>> = {
  ...commonFields,
  identity: isText,
  hash: isText,
  late: isFlag,
  failed: isText,
  models: everyItem(isText),
  totals: (value) =>
    isJsonObject(value) &&
    Object.entries(value).every(([name, each]) =>
      name === 'unpriced' ? everyItem(isText)(each) : isLike(ZERO_TOTALS[name as keyof Totals], each),
    ),
};

const REQUIRED_OF_CALL = ['run', 'at', 'ms', 'source', 'status', 'id', 'provider', 'model', 'usages', 'usd'];
const REQUIRED_OF_RUN = ['run', 'at', 'ms', 'source', 'status', 'models', 'totals'];

/** Whether a value is the line of a call. */
export function isValidCallLine(value: unknown): value is CallLine {
  return isLine(value) && !isRunLine(value) && hasFields(value, callFields, REQUIRED_OF_CALL);
}

/** Whether a value is the line of a run. */
export function isValidRunLine(value: unknown): value is RunLine {
  return isLine(value) && isRunLine(value) && hasFields(value, runFields, REQUIRED_OF_RUN);
}

function isLine(value: unknown): value is LedgerLine {
  return isJsonObject(value) && (value as Partial<LedgerLine>).v === LEDGER_VERSION;
}

function hasFields(
  line: object,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[],
): boolean {
  const fields = line as Readonly<Record<string, unknown>>;
  for (const name of required) if (fields[name] === undefined) return false;
  for (const name in fields) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check && !check(fields[name])) return false;
  }
  return true;
}
