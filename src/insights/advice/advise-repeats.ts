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

/** This many equal steps in a row are a loop: the number at which coding agents stop themselves. */
const LOOP = 3;

/** Tools that are called again and again on purpose. */
const POLLING =
  /wait|sleep|poll|status|state|check|progress|await|monitor|watch|health|ping|tail|fetch_result|get_result/i;

/** Between two polls there is a pause; a loop without progress calls at once. */
const PAUSE_MS = 2000;

/**
 * Calls of one node in a row that made the same tool calls with the same arguments and got results of the same size, at once.
 * Sizes, because the recorded hashes of results contain the ids of the tool calls.
 */
export function adviseLoops(calls: readonly AdviceCall[]): Advice[] {
  const nodes = groupCalls(calls, ({ node }) => node);
  const alone = findAlone(calls);
  return [...nodes].flatMap(([node, own]) =>
    splitRuns(own).flatMap((loop): Advice[] => {
      if (loop.length < LOOP) return [];
      const names = loop[0]!.call.response!.toolCalls!.map(({ name }) => name).join(', ');
      return [
        {
          kind: 'loop',
          node: node || undefined,
          message: `${plural(loop.length, 'call')} in a row called ${names} with the same arguments and got the same result`,
          remedy: 'Stop after the second: show the model that the result did not change, or limit its steps.',
          usd: sumUsd(loop.slice(2)),
          ms: sumAlone(loop.slice(2), alone) || null,
          spans: loop.map(({ span }) => span),
        },
      ];
    }),
  );
}

/** The calls of a node in runs of equal steps. */
function splitRuns(calls: readonly AdviceCall[]): AdviceCall[][] {
  const runs: AdviceCall[][] = [];
  for (const [i, each] of calls.entries()) {
    const step = describeStep(each);
    const before = calls[i - 1];
    const continues =
      step !== undefined &&
      before !== undefined &&
      describeStep(before) === step &&
      isStuck(before, each, calls[i - 2]);
    if (continues) runs.at(-1)!.push(each);
    else runs.push([each]);
  }
  return runs;
}

function describeStep({ call, ok }: AdviceCall): string | undefined {
  const tools = call.response?.toolCalls ?? [];
  if (!ok || tools.length === 0 || tools.some(({ name }) => POLLING.test(name))) return undefined;
  return JSON.stringify(tools.map((tool) => [tool.name, tool.arguments]));
}

/** Whether a call followed at once, and its newest part, the result of the tool, has the size of the result before. */
function isStuck(before: AdviceCall, each: AdviceCall, first: AdviceCall | undefined): boolean {
  if (before.finishedAt === undefined || each.startedAt < before.finishedAt) return false;
  if (each.startedAt - before.finishedAt >= PAUSE_MS) return false;
  const [result, last] = [each.parts?.at(-1), before.parts?.at(-1)];
  if (!result || !last) return false;
  const isSecond = !first || describeStep(first) !== describeStep(before);
  return isSecond || result.bytes === last.bytes;
}

function isSampling({ call }: AdviceCall): boolean {
  const temperature = call.request?.settings?.['temperature'];
  return typeof temperature === 'number' && temperature > 0;
}

/** The time of calls while no other call ran, in ms: only that could have been saved. */
function sumAlone(calls: readonly AdviceCall[], alone: ReadonlySet<AdviceCall>): number {
  return calls.reduce((sum, each) => sum + (alone.has(each) ? each.ms : 0), 0);
}

/** The calls during which no other call ran; all calls are in order of start. */
function findAlone(all: readonly AdviceCall[]): Set<AdviceCall> {
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
