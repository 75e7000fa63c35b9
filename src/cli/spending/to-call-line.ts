/** Converts calls of session logs to lines as the ledger has them, so that both are summed up together. */
import { identifyCall } from '../../ledger/enter/call-identity.js';
import { usageFields } from '../../ledger/enter/fold-ledger.js';
import { COLUMN_COUNTS } from '../../ledger/files/call-columns.js';
import { LEDGER_VERSION, type CallLine, type LedgerUsage } from '../../ledger/files/ledger-line.js';
import type { LoggedCall } from '../../importers/session-usage/logged-call.js';
import type { Usage } from '../../usage/record/usage.js';
import type { SessionAgent } from '../../importers/session-usage/session-agents.js';

/** The line of a call; `span` is its number in the log, `paid` whether its agent's calls are paid one by one. */
export function toCallLine(
  call: LoggedCall,
  { agent, path, span, paid }: Readonly<{ agent: SessionAgent; path: string; span: number; paid: boolean }>,
): CallLine {
  const { session, provider, model, response, request, project, tools } = call;
  const usage = withoutToolCost(call.usage);
  const run = session;
  const place = { run, span, provider };
  const id = identifyCall(place, { response, request });
  const alias =
    response === undefined || request === undefined ? undefined : identifyCall(place, { request });
  const plan = !paid && (call.plan ?? agent.byPlan);
  // Absent fields are undefined, as in the lines from columns: all lines have one shape.
  const line = {
    v: LEDGER_VERSION,
    id: id === `${run}/${span}` && agent.dividesSessions ? `${path}/${span}` : id,
    alias: alias === `${run}/${span}` ? undefined : alias,
    run,
    span,
    at: call.at,
    workflow: agent.title,
    session,
    tool: tools.length > 0 ? tools.join(' + ') : undefined,
    provider,
    model,
    usd: null,
    ms: null,
    status: call.failed ? 'failed' : 'ok',
    cached: (usage?.cacheRead ?? 0) > 0 ? true : undefined,
    plan: plan ? true : undefined,
    project,
    source: 'session',
    trace: path,
    ...usageOf(usage, model),
  };
  return line as CallLine;
}

function usageOf(usage: Usage | null, model: string): Partial<CallLine> {
  if (usage === null) return { usages: [], answered: true };
  return (
    plainUsage(usage, model) ??
    usageFields({ usage, model, usageOrigin: 'reported', progressTokens: undefined }, model)
  );
}

/** A cost that the agent computed from prices of its own is an estimate, and no part of a sum. */
function withoutToolCost(usage: Usage | null): Usage | null {
  if (usage?.reportedCostSource !== 'tool') return usage;
  const { reportedCostUsd: _usd, reportedCostSource: _source, ...billed } = usage;
  return billed;
}

type Counts = { -readonly [K in keyof LedgerUsage]?: LedgerUsage[K] };

const plain: ReadonlySet<string> = new Set([...COLUMN_COUNTS, 'total', 'source', 'convention', 'warnings']);

/** The usual counts, in a fifth of the time that the general conversion takes; undefined where there are others. */
function plainUsage(usage: Usage, model: string): Pick<CallLine, 'usages'> | undefined {
  for (const name in usage) if (!plain.has(name)) return undefined;
  if (usage.input === undefined || usage.output === undefined) return undefined;
  const known: Counts = {};
  for (const name of COLUMN_COUNTS) if (usage[name] !== undefined) known[name] = usage[name];
  return { usages: [{ model, usage: known }] };
}
