/** Advises on identical requests: repeated answers that were paid for again, and agents that repeat a tool call without progress. */
import { plural } from '../../lib/text/format.js';
import { groupCalls, sumUsd, type Advice, type AdviceCall } from './advice-call.js';

/** Requests with the same content, model and settings whose answers were all used. A stated temperature above 0 asks for different answers. */
export function adviseRepeats(calls: readonly AdviceCall[]): Advice[] {
  const alone = findAlone(calls);
  const used = calls.filter(
    (each) => each.request !== undefined && each.ok && !each.call.wasted && !isSampling(each),
  );
  const groups = groupCalls(used, ({ provider, model, request }) => `${provider}/${model} ${request}`);
  return [...groups.values()].flatMap((same): Advice[] => {
    const repeats = same.slice(1);
    const usd = sumUsd(repeats);
    const ms = sumAlone(repeats, alone);
    if (repeats.length === 0 || (usd === 0 && ms < 1000)) return [];
    const nodes = new Set(same.map(({ node }) => node));
    return [
      {
        kind: 'repeated-calls',
        node: nodes.size === 1 ? [...nodes][0] || undefined : undefined,
        message: `${plural(same.length, 'call')} sent the same request to ${same[0]!.model}`,
        remedy: 'Call once and use the answer again.',
        usd,
        ms: ms > 0 ? ms : null,
        spans: same.map(({ span }) => span),
      },
    ];
  });
}

function isSampling({ call }: AdviceCall): boolean {
  const temperature = call.request?.settings?.['temperature'];
  return typeof temperature === 'number' && temperature > 0;
}

/** The time of calls while no other call ran, in ms: only that could have been saved. */
export function sumAlone(calls: readonly AdviceCall[], alone: ReadonlySet<AdviceCall>): number {
  return calls.reduce((sum, each) => sum + (alone.has(each) ? each.ms : 0), 0);
}

/** The calls during which no other call ran; all calls are in order of start. */
export function findAlone(all: readonly AdviceCall[]): Set<AdviceCall> {
  const alone = new Set<AdviceCall>();
  let latest = -Infinity;
  for (const [i, each] of all.entries()) {
    const end = each.finishedAt ?? Infinity;
    const next = all[i + 1];
    if (latest <= each.startedAt && (!next || next.startedAt >= end)) alone.add(each);
    latest = Math.max(latest, end);
  }
  return alone;
}
