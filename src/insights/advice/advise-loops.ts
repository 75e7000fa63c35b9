/** Finds loops without progress: steps of a node that repeat each other, of a finished run or before the next call. */
import { plural } from '../../lib/text/format.js';
import type { RunState } from '../../profile/run/run-state.js';
import { sumUsd, toAdviceCall, type Advice, type AdviceCall } from './advice-call.js';
import { findAlone, sumAlone } from './advise-repeats.js';

/** This many equal steps in a row are a loop: the number at which coding agents stop themselves. */
const LOOP = 3;

/** Tools that are called again and again on purpose. */
const POLLING =
  /wait|sleep|poll|status|state|check|progress|await|monitor|watch|health|ping|tail|fetch_result|get_result/i;

/** Between two polls there is a pause; a loop without progress calls at once. */
const PAUSE_MS = 2000;

/**
 * Loops of two kinds, all without a pause: calls of one conversation in a row that made the same tool calls with the same
 * arguments and got results of the same size (sizes, because the recorded hashes of results contain the ids of the tool calls);
 * and visits of one node in a row that sent the same request and got the same answer.
 */
export function adviseLoops(calls: readonly AdviceCall[]): Advice[] {
  const alone = findAlone(calls);
  const tracker = new LoopTracker();
  const runs = new Set(calls.map((each) => tracker.add(each)));
  return [...runs]
    .filter(({ length }) => length >= LOOP)
    .map((loop) => ({
      kind: 'loop',
      node: loop[0]!.node || undefined,
      message: describeLoop(loop),
      remedy: hasTools(loop[0]!)
        ? 'Stop after the second: show the model that the result did not change, or limit its steps.'
        : 'End the loop when an answer does not change, or put what was tried before into the prompt.',
      usd: sumUsd(loop.slice(2)),
      ms: sumAlone(loop.slice(2), alone) || null,
      spans: loop.map(({ span }) => span),
    }));
}

/** Looks for loops in a run in progress, each time in what finished since the last. */
export class LoopWatch {
  readonly #tracker = new LoopTracker();
  /** Calls that had not finished, by span. */
  #open: number[] = [];
  #seen = 0;

  /** A loop that a call has completed since the last time; each loop is found once. Span ids must be 1, 2, 3 … */
  check(state: RunState): Readonly<{ message: string; span: number }> | undefined {
    const finished: AdviceCall[] = [];
    const open: number[] = [];
    const look = (id: number): void => {
      const span = state.spans.get(id);
      if (!span?.call) return;
      if (span.finishedAt === undefined) open.push(id);
      else {
        const call = toAdviceCall(state, span);
        if (call) finished.push(call);
      }
    };
    for (const id of this.#open) look(id);
    while (state.spans.has(this.#seen + 1)) look(++this.#seen);
    this.#open = open;
    let found: ReturnType<LoopWatch['check']>;
    for (const call of finished.toSorted((a, b) => a.startedAt - b.startedAt)) {
      const loop = this.#tracker.add(call);
      if (loop.length !== LOOP) continue;
      const name = call.node === '' ? '' : `${call.node}: `;
      found ??= { message: name + describeLoop(loop), span: call.span };
    }
    return found;
  }
}

function describeLoop(loop: readonly AdviceCall[]): string {
  const tools = loop[0]!.call.response?.toolCalls ?? [];
  if (tools.length === 0)
    return `${plural(loop.length, 'visit')} in a row sent the same request and got the same answer`;
  const names = tools.map(({ name }) => name).join(', ');
  return `${plural(loop.length, 'call')} in a row called ${names} with the same arguments and got the same result`;
}

/** Collects the calls of each conversation in runs of equal steps. */
class LoopTracker {
  readonly #runs = new Map<string, AdviceCall[]>();

  /** The run that a call, which started after those before it, continues or begins. */
  add(call: AdviceCall): readonly AdviceCall[] {
    const key = `${call.node} ${call.item ?? ''}`;
    const run = this.#runs.get(key);
    if (run && continues(run, call)) {
      run.push(call);
      return run;
    }
    const begun = [call];
    this.#runs.set(key, begun);
    return begun;
  }
}

function continues(run: readonly AdviceCall[], call: AdviceCall): boolean {
  const before = run.at(-1)!;
  if (before.finishedAt === undefined || call.startedAt < before.finishedAt) return false;
  if (call.startedAt - before.finishedAt >= PAUSE_MS || !call.ok || !before.ok) return false;
  if (!hasTools(call)) return !hasTools(before) && isSameVisit(before, call);
  const tools = describeTools(call);
  if (tools === undefined || tools !== describeTools(before)) return false;
  const [result, last] = [call.parts?.at(-1), before.parts?.at(-1)];
  // The newest part of a request is the result of the step before: that of the second call belongs to the first.
  return result !== undefined && last !== undefined && (run.length === 1 || result.bytes === last.bytes);
}

function hasTools({ call }: AdviceCall): boolean {
  return (call.response?.toolCalls?.length ?? 0) > 0;
}

/** Identifies the tool calls of a step; undefined for those that poll. */
function describeTools({ call }: AdviceCall): string | undefined {
  const tools = call.response?.toolCalls ?? [];
  if (tools.some(({ name }) => POLLING.test(name))) return undefined;
  return JSON.stringify(tools.map((tool) => [tool.name, tool.arguments]));
}

/** Whether two visits of a node sent the same request and got the same answer; samples are taken within one visit. */
function isSameVisit(before: AdviceCall, call: AdviceCall): boolean {
  if (call.request === undefined || call.request !== before.request || call.model !== before.model)
    return false;
  if (call.visit === undefined || call.visit === before.visit) return false;
  const answer = readAnswer(call);
  return answer !== undefined && answer === readAnswer(before);
}

/** The answer as text; undefined if it was not recorded. */
function readAnswer({ call: { response } }: AdviceCall): string | undefined {
  const answer = response?.object ?? response?.text;
  if (answer === undefined) return undefined;
  const text = JSON.stringify(answer);
  return text.startsWith('{"$":"omitted"') ? undefined : text;
}
