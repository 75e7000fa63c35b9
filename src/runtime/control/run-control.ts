/** Controls a run: pause, step, breakpoints and spending limits. */
import { PflowError } from '../../lib/error.js';
import { formatCount, formatDuration, formatUsd } from '../../lib/text/format.js';
import type { EventOf } from '../../trace/event/event.js';
import { untilAborted } from './abort.js';

/** Limits of a run; absent means unlimited. */
export type Limits = Readonly<{
  maxCostUsd?: number;
  maxTokens?: number;
  maxDurationMs?: number;
  /** Stop the run in a loop without progress; by default it is warned of. */
  stopOnLoop?: boolean;
}>;

/** A loop without progress: a sentence without a full stop, and the span of its last call. */
export type FoundLoop = Readonly<{ message: string; span: number }>;

/** What a run has spent so far. */
export type Spent = Readonly<{ usd: number; tokens: number; ms: number }>;

type Change = EventOf<'control.changed'>['change'];

/** What a run waits for when it waits for its user. */
export type WaitCause = NonNullable<EventOf<'control.changed'>['cause']>;

export type RunControlOptions = Readonly<{
  limits?: Limits;
  /** Queried before every node and every LLM call. */
  spent?: () => Spent;
  /** Called before every LLM call: a loop that was completed since the last time. */
  findLoop?: () => FoundLoop | undefined;
  onChange?: (
    change: Change,
    details: { reason?: string; span?: number | undefined; cause?: WaitCause },
  ) => void;
}>;

/** Fraction of a limit at which the run warns, once. */
const WARN_AT = 0.8;

/**
 * Pause/step/cancel controls of a run: pause, step and breakpoints take effect between nodes, including those of nested
 * workflows, and between items of a batch; past a limit no new node or LLM call starts. Nodes that already run are
 * never interrupted.
 */
export class RunControl {
  readonly #limits: Limits;
  /** Skips computing totals for a run without limits. */
  readonly #limited: boolean;
  readonly #spent: (() => Spent) | undefined;
  readonly #findLoop: RunControlOptions['findLoop'];
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
    const { stopOnLoop: _stop, ...amounts } = this.#limits;
    this.#limited = Object.values(amounts).some((limit) => limit !== undefined);
    this.#spent = options.spent;
    this.#findLoop = options.findLoop;
    this.#onChange = options.onChange ?? (() => {});
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Whether calls may be refused: only then requests of nodes' own clients are held. */
  get mayRefuse(): boolean {
    return this.#limited || this.#limits.stopOnLoop === true;
  }

  /** Why no new node or call starts any more. */
  get refusal(): PflowError | undefined {
    return this.#exceeded;
  }

  get breakpoints(): ReadonlySet<string> {
    return this.#breakpoints;
  }

  /** Pauses the run before the next node. */
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

  /** Runs one node, then pauses again. */
  step(): void {
    this.pause();
    this.#steps++;
    this.#wakeAll();
  }

  /** Adds or removes a breakpoint, which pauses the run before this node. */
  toggleBreakpoint(nodeId: string): void {
    if (!this.#breakpoints.delete(nodeId)) this.#breakpoints.add(nodeId);
  }

  /**
   * Gate before every node: returns a promise to wait for while the run is paused, else undefined, because a promise a node costs more
   * than the check; throws when a limit is reached.
   */
  beforeNode(nodeId: string, signal: AbortSignal, span?: number): Promise<void> | undefined {
    this.checkLimits();
    if (this.#breakpoints.has(nodeId) && !this.#paused) {
      this.#hold();
      this.#onChange('breakpoint', { reason: nodeId, span });
    }
    return this.#paused ? this.#whilePaused(signal, span) : undefined;
  }

  /**
   * Records that the run waits for its user until `decision` settles: this is not the run's time. `span` is the one whose
   * next work waits.
   */
  async waitFor<T>(cause: WaitCause, decision: Promise<T>, span?: number): Promise<T> {
    this.#onChange('wait-started', { cause, span });
    try {
      return await decision;
    } finally {
      this.#onChange('wait-finished', { cause, span });
    }
  }

  /**
   * Creates the gate before the items of a batch that starts now. A step runs the batch as one node, so only a later
   * pause holds its items.
   */
  itemGate(span?: number): (signal: AbortSignal) => Promise<void> {
    const before = this.#pauses;
    return async (signal) => {
      this.checkLimits();
      if (this.#pauses !== before) await this.#whilePaused(signal, span);
    };
  }

  #hold(): void {
    this.#paused = true;
    this.#pauses++;
  }

  async #whilePaused(signal: AbortSignal, span: number | undefined): Promise<void> {
    if (!this.#paused) return;
    if (this.#steps > 0) this.#steps--;
    else await this.waitFor('pause', this.#takeTurn(signal), span);
  }

  /** Resolves when the run is resumed, or with a step, which only one of several waiting nodes takes. */
  async #takeTurn(signal: AbortSignal): Promise<void> {
    while (this.#paused && this.#steps === 0) {
      await untilAborted(new Promise<void>((resolve) => this.#wake.push(resolve)), signal);
    }
    if (this.#paused) this.#steps--;
  }

  /** Throws when a limit is reached; warns once when the run comes near one. */
  checkLimits(): void {
    if (this.#exceeded) throw this.#exceeded;
    if (!this.#spent || !this.#limited) return;
    const { usd, tokens, ms } = this.#spent();
    this.#check('cost', usd, this.#limits.maxCostUsd, formatUsd, '--max-cost');
    this.#check('tokens', tokens, this.#limits.maxTokens, formatCount, '--max-tokens');
    this.#check('time', ms, this.#limits.maxDurationMs, formatDuration, '--max-duration');
  }

  /** Gate before every LLM call: throws when a limit is reached, and in a loop without progress if it stops the run. */
  beforeCall(): void {
    this.checkLimits();
    const loop = this.#findLoop?.();
    if (!loop) return;
    const { message, span } = loop;
    this.#onChange('loop-warned', { reason: message, span });
    if (this.#limits.stopOnLoop !== true) return;
    this.#exceeded = new PflowError('budget_exceeded', `The run was stopped in a loop: ${message}.`, {
      hint: 'Results so far are kept. Give the loop an end, or run it without --stop-on-loop.',
    });
    throw this.#exceeded;
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
        `The run reached its ${what} limit: ${format(spent)} of ${format(limit)}.`,
        {
          hint: `Results so far are kept. Raise ${option} to continue.`,
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
