/** Reads the budgets over time of ~/.pflow/settings.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Budget } from '../../ledger/stats/budgets.js';
import { pflowHome } from '../../lib/home.js';
import { parseJson } from '../../workflow/format/parse-json.js';

/** The budgets, and a sentence for each that could not be used. */
export type BudgetSettings = Readonly<{ budgets: readonly Budget[]; warnings: readonly string[] }>;

const PERIODS = ['day', 'week', 'month'] as const;
const NAMES = ['project', 'workflow', 'model'] as const;
const EXAMPLE = '{"usd": 5, "per": "month"}';

/** Reads the section `budgets`. Never throws: `loadSettings` warns of a file that cannot be read. */
export function loadBudgets(env: NodeJS.ProcessEnv = process.env): BudgetSettings {
  const path = join(pflowHome(env), 'settings.json');
  let section: unknown;
  try {
    section = (parseJson(readFileSync(path, 'utf8')) as { budgets?: unknown } | null)?.budgets;
  } catch {
    return { budgets: [], warnings: [] };
  }
  if (section === undefined) return { budgets: [], warnings: [] };
  if (!Array.isArray(section))
    return { budgets: [], warnings: [`${path}: budgets must be a list such as [${EXAMPLE}].`] };
  const read = section.map((each, i) => readBudget(each, `${path}: budgets[${i}]`));
  return {
    budgets: read.flatMap((each) => (typeof each === 'string' ? [] : [each])),
    warnings: read.filter((each) => typeof each === 'string'),
  };
}

/** A warning if it is not a budget: with a field left out it would limit other runs than the user meant. */
function readBudget(source: unknown, place: string): Budget | string {
  if (typeof source !== 'object' || source === null) return `${place} must be an object such as ${EXAMPLE}.`;
  const { usd, per, ...names } = source as Record<string, unknown>;
  const period = PERIODS.find((each) => each === per);
  if (typeof usd !== 'number' || !(usd > 0) || !Number.isFinite(usd))
    return `${place}.usd must be an amount in USD above 0. The budget is ignored.`;
  if (!period) return `${place}.per must be "day", "week" or "month". The budget is ignored.`;
  for (const [name, value] of Object.entries(names)) {
    if (!NAMES.some((each) => each === name))
      return `There is no setting '${place}.${name}'. There are: usd, per, project, workflow, model. The budget is ignored.`;
    if (typeof value !== 'string' || value === '')
      return `${place}.${name} must be a text. The budget is ignored.`;
  }
  return { usd, per: period, ...(names as Pick<Budget, (typeof NAMES)[number]>) };
}
