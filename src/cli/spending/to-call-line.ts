/** Converts calls of session logs to lines as the ledger has them, so that both are summed up together. */
import { identifyCall } from '../../ledger/enter/call-identity.js';
import { usageFields } from '../../ledger/enter/fold-ledger.js';
import { COLUMN_COUNTS } from '../../ledger/files/call-columns.js';
import { LEDGER_VERSION, type CallLine, type LedgerUsage } from '../../ledger/files/ledger-line.js';
import type { LoggedCall } from '../../importers/session-usage/logged-call.js';
import type { Usage } from '../../usage/record/usage.js';
import type { SessionAgent } from '../../importers/session-usage/session-agents.js';

/** A line, and its usage where it has no fields but those of the columns, for which the ledger's writer would search it. */
export type LoggedLine = Readonly<{ line: CallLine; usage: LedgerUsage | null | undefined }>;

/** The line of a call; `span` is its number in the log, `paid` whether its agent's calls are paid one by one. */
export function toCallLine(
  call: LoggedCall,
  { agent, path, span, paid }: Readonly<{ agent: SessionAgent; path: string; span: number; paid: boolean }>,
): LoggedLine {
  const { session: run, provider, model, response, request, project, tools } = call;
  const place = { run, span, provider };
  const id = identifyCall(place, call);
  const own = `${run}/${span}`;
  const alias = response === undefined || request === undefined ? own : identifyCall(place, { request });
  const usage = call.usage && toPlainUsage(call.usage);
  // Absent fields are undefined, as in the lines from columns: all lines have one shape.
  const line = {
    v: LEDGER_VERSION,
    id: id === own && agent.dividesSessions ? `${path}/${span}` : id,
    alias: alias === own ? undefined : alias,
    run,
    span,
    at: call.at,
    workflow: agent.title,
    session: run,
    tool: tools.length > 0 ? tools.join(' + ') : undefined,
    provider,
    model,
    usages: usage ? [{ model, usage }] : [],
    answered: call.usage === null ? true : undefined,
    usd: null,
    ms: null,
    status: call.failed ? 'failed' : 'ok',
    cached: (call.usage?.cacheRead ?? 0) > 0 ? true : undefined,
    plan: !paid && (call.plan ?? agent.byPlan) ? true : undefined,
    project,
    source: 'session',
    trace: path,
  } as CallLine;
  return { line: usage === undefined ? { ...line, ...fullUsage(call.usage!, model) } : line, usage };
}

function fullUsage(usage: Usage, model: string): Partial<CallLine> {
  const billed = withoutToolCost(usage);
  return usageFields({ usage: billed, model, usageOrigin: 'reported', progressTokens: undefined }, model);
}

/** A cost that the agent computed from prices of its own is an estimate, and no part of a sum. */
function withoutToolCost(usage: Usage): Usage {
  if (usage.reportedCostSource !== 'tool') return usage;
  const { reportedCostUsd: _usd, reportedCostSource: _source, ...billed } = usage;
  return billed;
}

const plain: ReadonlySet<string> = new Set([...COLUMN_COUNTS, 'total', 'source', 'convention', 'warnings']);

/** The usual counts, in a fifth of the time that the general conversion takes; undefined where there are others. */
function toPlainUsage(usage: Usage): LedgerUsage | undefined {
  for (const name in usage) if (!plain.has(name)) return undefined;
  const { input, output, cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h, reasoning } = usage;
  if (input === undefined || output === undefined) return undefined;
  // Absent counts are undefined, as in the lines from columns.
  return { input, output, cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h, reasoning } as LedgerUsage;
}
