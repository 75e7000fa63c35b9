/** Records the steps that agent frameworks report in an observed program: agents, tools and retrievals around its calls. */

import type { SpoolMessage } from '../../tap/spool/spool-messages.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { finishStep, startStep } from '../../trace/record/record-step.js';

type Started = Extract<SpoolMessage, { kind: 'step' }>;
type Finished = Extract<SpoolMessage, { kind: 'step-end' }>;

/** The steps of one process, by the ids that its frameworks give them. */
export class ProgramSteps {
  readonly #sink: TraceSink;
  readonly #open = new Map<string, number>();

  constructor(sink: TraceSink) {
    this.#sink = sink;
  }

  /** The span of a step that is in progress. */
  find(step: string | undefined): number | undefined {
    return step === undefined ? undefined : this.#open.get(step);
  }

  /** `process` is the span of a step that is in no other. */
  start({ step, parent, type: kind, name, input }: Started, process: number): void {
    if (this.#open.has(step)) return;
    const span = startStep(this.#sink, {
      kind,
      name,
      parent: this.find(parent) ?? process,
      input: parse(input),
    });
    this.#open.set(step, span);
  }

  finish({ step, output, error }: Finished): void {
    const span = this.#open.get(step);
    if (span === undefined) return;
    this.#open.delete(step);
    finishStep(this.#sink, span, {
      output: parse(output),
      error: error && Object.assign(new Error(error.message), { name: error.name, stack: undefined }),
    });
  }

  /** Finishes those that the process has left open, the innermost first. */
  close(): void {
    for (const span of [...this.#open.values()].toReversed()) finishStep(this.#sink, span, {});
    this.#open.clear();
  }
}

function parse(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return json;
  }
}
