/** Explains the input of a call: what filled its context, and why its prompt was not read from the cache. */
import type { RunState } from '../../profile/run/run-state.js';
import { describeCause, listMisses, REMEDIES } from './advise-cache.js';
import { listAdviceCalls, readStart } from './advice-call.js';
import { composeContext, type ContextComposition } from './advise-context.js';

/** `miss` is why tokens that an earlier call had sent were paid in full, and what that cost in USD. */
export type CallExplanation = Readonly<{
  context: ContextComposition | undefined;
  miss: Readonly<{ tokens: number; usd: number; cause: string; remedy: string }> | undefined;
  /** The tools that were offered and those of them that the calls of the node used; undefined if none was offered. */
  tools: Readonly<{ offered: number; used: number }> | undefined;
}>;

/** Memoized by run, with the version of the state. */
const known = new WeakMap<
  RunState,
  Readonly<{ events: number; calls: ReadonlyMap<number, CallExplanation> }>
>();

/** The explanation of a call by its span; undefined where nothing is known. */
export function explainCall(state: RunState, span: number): CallExplanation | undefined {
  let own = known.get(state);
  if (own?.events !== state.events) {
    own = { events: state.events, calls: explainCalls(state) };
    known.set(state, own);
  }
  return own.calls.get(span);
}

function explainCalls(state: RunState): Map<number, CallExplanation> {
  const calls = listAdviceCalls(state);
  const misses = new Map(
    listMisses(calls, state.prices, readStart(state)).map((each) => [each.call.span, each]),
  );
  const used = new Map<string, Set<string>>();
  for (const { node, call } of calls) {
    const names = used.get(node) ?? new Set();
    used.set(node, names);
    for (const { name } of call.response?.toolCalls ?? []) names.add(name);
  }
  return new Map(
    calls.map((call) => {
      const found = misses.get(call.span);
      const tools = call.call.request?.tools ?? [];
      return [
        call.span,
        {
          context: composeContext(call),
          miss: found && {
            tokens: found.miss.missed,
            usd: found.usd,
            cause: describeCause(found.miss),
            remedy: REMEDIES[found.miss.cause],
          },
          tools:
            tools.length === 0
              ? undefined
              : {
                  offered: tools.length,
                  used: tools.filter(({ name }) => used.get(call.node)?.has(name)).length,
                },
        },
      ];
    }),
  );
}
