/** Repeats a node while a condition on its outputs holds. */
import { PflowError } from '../../lib/error.js';
import { compileTemplate } from '../../workflow/format/template.js';
import { getAbortReason } from '../control/abort.js';
import {
  ERROR_ACTION,
  type Action,
  type RunContext,
  type Runnable,
  type Shared,
} from '../contract/runnable.js';
import { resolveTemplate } from '../wrappers/template-aware-wrapper.js';

export type LoopPlan = Readonly<{
  /** Repeats while this holds, and until that does: templates, optionally compared with a value. */
  while?: string | undefined;
  until?: string | undefined;
  /** Rounds at most; without it, a loop that does not end by itself fails after MOST_ROUNDS. */
  max?: number | undefined;
}>;

const MOST_ROUNDS = 1000;

/** Runs a node once, then again as long as its conditions ask for it. `again` has the values passed on as parameters. */
export class Loop implements Runnable {
  readonly id: string;
  readonly #first: Runnable;
  readonly #again: Runnable;
  readonly #plan: LoopPlan;

  constructor(first: Runnable, again: Runnable, plan: LoopPlan) {
    this.id = first.id;
    this.#first = first;
    this.#again = again;
    this.#plan = plan;
  }

  async run(shared: Shared, context: RunContext): Promise<Action> {
    const { max, while: goOn, until } = this.#plan;
    const conditional = goOn !== undefined || until !== undefined;
    for (let round = 1; ; round++) {
      if (context.signal.aborted) throw getAbortReason(context.signal);
      const node = round === 1 ? this.#first : this.#again;
      const action = await node.run(
        shared,
        round === 1 ? context : { ...context, visit: context.visit + round - 1 },
      );
      if (action === ERROR_ACTION) return action;
      if (goOn !== undefined && !isTrue(goOn, shared)) return action;
      if (until !== undefined && isTrue(until, shared)) return action;
      if (max !== undefined && round >= max) {
        if (conditional)
          context.log(`The loop of node '${this.id}' reached its maximum of ${max} rounds.`, 'warning');
        return action;
      }
      if (round >= MOST_ROUNDS)
        throw new PflowError(
          'node_failed',
          `The loop of node '${this.id}' did not end after ${MOST_ROUNDS} rounds.`,
          { hint: 'Set its max.' },
        );
    }
  }
}

/** Whether a condition holds: a value that is not false, empty, 0 or null, or a comparison of two. */
function isTrue(condition: string, shared: Shared): boolean {
  const valueOf = (text: string): unknown => resolveTemplate(compileTemplate(text.trim()), shared).value;
  const [, left, operator, right] = /^([^]*?)\s*(==|!=|<=|>=|<|>)\s*([^]*)$/.exec(condition) ?? [];
  if (operator !== undefined)
    return compare(valueOf(left!), operator, valueOf(right!.replace(/^(["'])([^]*)\1$/, '$2')));
  const [, negated] = /^(?:not\s+|!\s*)([^]*)$/.exec(condition.trim()) ?? [];
  return negated === undefined ? isTruthy(valueOf(condition)) : !isTruthy(valueOf(negated));
}

function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value !== 'string') return Boolean(value);
  return !/^(?:|false|no|0|null|none)$/i.test(value.trim());
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  const numbers = [left, right].map((side) => (String(side).trim() === '' ? Number.NaN : Number(side)));
  const [a, b] = numbers.some(Number.isNaN) ? [asText(left), asText(right)] : (numbers as [number, number]);
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a! < b!;
    case '<=':
      return a! <= b!;
    case '>':
      return a! > b!;
    default:
      return a! >= b!;
  }
}

/** Booleans compare in the spelling of either language. */
function asText(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : (JSON.stringify(value) ?? '');
  return /^(?:true|false|none|null)$/i.test(text) ? text.toLowerCase().replace('none', 'null') : text;
}
