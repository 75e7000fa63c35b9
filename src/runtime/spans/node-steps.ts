/** Records the steps that agent frameworks report inside nodes. */

import type { StepEvent } from '../../tap/exchange/step-events.js';
import type { SpanObserver } from './span-observer.js';

/** The steps in progress, by the ids that their frameworks give them, with the node that finishes them. */
const open = new Map<string, { span: number; observer: SpanObserver }>();

/** The span of a step that is in progress. */
export function findNodeStep(step: string | undefined): number | undefined {
  return step === undefined ? undefined : open.get(step)?.span;
}

/** Records a step in the one around it, or else in the node whose code runs; steps outside of nodes are no part of a run. */
export function recordNodeStep(event: StepEvent, context: SpanObserver | undefined): void {
  const { step } = event;
  if (event.kind === 'finished') {
    const found = open.get(step);
    found?.observer.finishStep(found.span, event);
    return;
  }
  const around = event.parent === undefined ? undefined : open.get(event.parent);
  const observer = around?.observer ?? context?.caller.observer;
  if (!observer) return;
  const { type: kind, name, input } = event;
  const start = { kind, name, input, parent: around?.span ?? observer.span };
  const span = observer.startStep(start, () => open.delete(step));
  open.set(step, { span, observer });
}
