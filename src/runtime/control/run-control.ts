import { PflowError } from '../../lib/error.js';
import { formatCount, formatDuration, formatUsd } from '../../lib/text/format.js';
import type { EventOf } from '../../trace/event/event.js';
import { untilAborted } from './abort.js';

/** What a run may spend at most; absent is unlimited. */
export type Limits = Readonly<{ maxCostUsd?: number; maxTokens?: number; maxDurationMs?: number }>;

/** What a run has spent so far. */
export type Spent = Readonly<{ usd: number; tokens: number; ms: number }>;

type Change = EventOf<'control.changed'>['change'];

export type RunControlOptions = Readonly<{
  limits?: Limits;
  /** Asked before every node and every call to a model. */
  spent?: () => Spent;
  onChange?: (change: Change, details: { reason?: string; span?: number | undefined }) => void;
}>;

/** The part of a limit at which a run is warned, once. */
const WARN_AT = 0.8;

/**
 * The hand on a run: pause, step and breakpoints between nodes, those of workflows inside included, and limits past which no new
 * call is begun. It holds no node back that is already running; of a batch that runs it holds the items that are still to begin.
 */
export class RunControl {
  readonly #limits: Limits;
  /** Adding up what was spent is work that a run without limits is spared. */
  readonly #limited: boolean;
  readonly #spent: (() => Spent) | undefined;
  readonly #onChange: NonNullable<RunControlOptions['onChange']>;
  readonly #breakpoints = new Set<string>();
  readonly #warned = new Set<string>();
  #exceeded: PflowError | undefined;
  #paused = false;
  #pauses = 0;
  #steps = 0;
  #wake: (() => void)[] = [];

  constructor(options: RunControlOptions = {}) {
    this.#limits = options.limits ?? {};
    this.#limited = Object.values(this.#limits).some((limit) => limit !== undefined);
    this.#spent = options.spent;
    this.#onChange = options.onChange ?? (() => {});
  }

  get paused(): boolean {
    return this.#paused;
  }

  get breakpoints(): ReadonlySet<string> {
    return this.#breakpoints;
  }

  /** Holds the run before the next node. */
  pause(): void {
    if (this.#paused) return;
    this.#hold();
    this.#onChange('paused', {});
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#steps = 0;
    this.#onChange('resumed', {});
    this.#wakeAll();
  }

  /** Lets one node run and pauses again. */
  step(): void {
    this.pause();
    this.#steps++;
    this.#wakeAll();
  }

  /** Pauses the run whenever it comes to this node, or no longer. */
  toggleBreakpoint(nodeId: string): void {
    if (!this.#breakpoints.delete(nodeId)) this.#breakpoints.add(nodeId);
  }

  /** The gate before every node: passes, waits while the run is paused, or ends the run when a limit is reached. */
  async beforeNode(nodeId: string, signal: AbortSignal, span?: number): Promise<void> {
    this.checkLimits();
    if (this.#breakpoints.has(nodeId) && !this.#paused) {
      this.#hold();
      this.#onChange('breakpoint', { reason: nodeId, span });
    }
    await this.#whilePaused(signal);
  }

  /**
   * The gate before the items of a batch that begins now. One step lets a batch run as the one node that it is, so its items are held
   * by a pause that comes later only.
   */
  itemGate(): (signal: AbortSignal) => Promise<void> {
    const before = this.#pauses;
    return async (signal) => {
      this.checkLimits();
      if (this.#pauses !== before) await this.#whilePaused(signal);
    };
  }

  #hold(): void {
    this.#paused = true;
    this.#pauses++;
  }

  async #whilePaused(signal: AbortSignal): Promise<void> {
    while (this.#paused && this.#steps === 0) {
      await untilAborted(new Promise<void>((resolve) => this.#wake.push(resolve)), signal);
    }
    if (this.#paused) this.#steps--;
  }

  /** Throws when the run has reached a limit; warns once when it comes near one. */
  checkLimits(): void {
    if (this.#exceeded) throw this.#exceeded;
    if (!this.#spent || !this.#limited) return;
    const { usd, tokens, ms } = this.#spent();
    this.#check('cost', usd, this.#limits.maxCostUsd, formatUsd, '--max-cost');
    this.#check('tokens', tokens, this.#limits.maxTokens, formatCount, '--max-tokens');
    this.#check('time', ms, this.#limits.maxDurationMs, formatDuration, '--max-duration');
  }

  #check(
    what: string,
    spent: number,
    limit: number | undefined,
    format: (value: number) => string,
    option: string,
  ): void {
    if (limit === undefined || spent < limit * WARN_AT) return;
    const reason = `${what}: ${format(spent)} of ${format(limit)}`;
    if (spent >= limit) {
      this.#onChange('budget-exceeded', { reason });
      this.#exceeded = new PflowError(
        'budget_exceeded',
        `The run reached its limit of ${what}: ${format(spent)} of ${format(limit)}.`,
        {
          hint: `What was done so far is kept. Raise ${option} to go further.`,
        },
      );
      throw this.#exceeded;
    }
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.#onChange('budget-warned', { reason });
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
