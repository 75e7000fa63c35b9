/** Shows what filled the context of calls, and advises on tools that are offered with every call and never called. */
import { formatCompact } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';
import { groupCalls, listAdviceCalls, type Advice, type AdviceCall } from './advice-call.js';

/**
 * The input tokens of a call by what they are: the tools, the system prompt, the earlier messages, results of tools, and the
 * newest message. Shares by size, scaled to the reported input: they add up to it.
 */
export type ContextComposition = Readonly<{
  tools: number;
  system: number;
  history: number;
  results: number;
  newest: number;
}>;

/** The composition of a call's input; undefined if its parts or its input are not known. */
export function composeContext({
  parts = [],
  input,
}: Pick<AdviceCall, 'parts' | 'input'>): ContextComposition | undefined {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total === 0 || input === 0) return undefined;
  const bytes = { tools: 0, system: 0, history: 0, results: 0, newest: 0 };
  for (const [i, part] of parts.entries()) {
    if (part.role === 'tools') bytes.tools += part.bytes;
    else if (part.role === 'system' || part.role === 'developer') bytes.system += part.bytes;
    else if (part.role === 'tool' || part.role === 'function') bytes.results += part.bytes;
    else if (i === parts.length - 1) bytes.newest += part.bytes;
    else bytes.history += part.bytes;
  }
  // Rounded cumulatively, so that the parts add up to the input.
  let seen = 0;
  let given = 0;
  const scaled = Object.entries(bytes).map(([name, size]) => {
    seen += size;
    const until = Math.round((seen / total) * input);
    const tokens = until - given;
    given = until;
    return [name, tokens] as const;
  });
  return Object.fromEntries(scaled) as ContextComposition;
}

/** The compositions of the calls of a run that are known, by span. */
export function listContexts(state: RunState): ReadonlyMap<number, ContextComposition> {
  const known = listAdviceCalls(state).flatMap((call) => {
    const composition = composeContext(call);
    return composition ? [[call.span, composition] as const] : [];
  });
  return new Map(known);
}

/** Below these, unused tools are not worth a change: the calls of the node, tokens a call, and their part of the input. */
const LEAST_CALLS = 3;
const LEAST_TOKENS = 300;
const LEAST_PART = 0.1;

/** Tools that a node offered in three or more calls and that none of them called, with what sending them cost. */
export function adviseTools(calls: readonly AdviceCall[]): Advice[] {
  const nodes = groupCalls(calls, ({ node }) => node);
  return [...nodes].flatMap(([node, all]): Advice[] => {
    const own = all.filter(
      ({ ok, call, parts, input }) => ok && call.request?.tools?.length && parts && input > 0,
    );
    const used = new Set(all.flatMap(({ call }) => call.response?.toolCalls ?? []).map(({ name }) => name));
    let tokens = 0;
    let input = 0;
    let usd = 0;
    const unused = new Set<string>();
    for (const each of own) {
      const share = measureUnused(each, used, unused);
      tokens += share * each.input;
      input += each.input;
      usd += share * inputUsd(each);
    }
    if (own.length < LEAST_CALLS || tokens < LEAST_TOKENS * own.length || tokens < LEAST_PART * input)
      return [];
    const names = [...unused];
    const listed = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
    return [
      {
        kind: 'unused-tools',
        node: node || undefined,
        message: `${own.length} calls offered ${names.length === 1 ? 'a tool that was' : `${names.length} tools that were`} never called (${listed}): ~${formatCompact(tokens)} tokens, ${Math.round((100 * tokens) / input)} % of the input`,
        remedy: 'Offer only the tools that the task needs.',
        usd: usd > 0 ? usd : null,
        ms: null,
        spans: own.map(({ span }) => span),
      },
    ];
  });
}

/** The part of a call's request that its unused tools are. */
function measureUnused(
  { call, parts = [] }: AdviceCall,
  used: ReadonlySet<string>,
  unused: Set<string>,
): number {
  const tools = call.request!.tools!;
  const offered = tools.reduce((sum, { bytes }) => sum + bytes, 0);
  const idle = tools.filter(({ name }) => !used.has(name));
  for (const { name } of idle) unused.add(name);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  // The list as it was sent has separators, or is not among the parts at all.
  const list = parts.find(({ role }) => role === 'tools')?.bytes ?? 0;
  if (offered === 0 || total === 0) return 0;
  return (idle.reduce((sum, { bytes }) => sum + bytes, 0) / offered) * (list / total);
}

/** What the input of a call cost, cached or not. */
function inputUsd({ call }: AdviceCall): number {
  const kinds = new Set(['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']);
  return (call.cost?.components ?? []).reduce((sum, { kind, usd }) => sum + (kinds.has(kind) ? usd : 0), 0);
}
