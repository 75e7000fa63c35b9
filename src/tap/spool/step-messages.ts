/** Describes the steps of agent frameworks as messages of a spool file. */

import type { StepEvent } from '../exchange/step-events.js';
import type { SpoolMessage } from './spool-messages.js';

/** The most characters of a value: the reader captures less. */
const MAX_LENGTH = 64 * 1024;

/** The message for a step; `at` in ms since the epoch. */
export function describeStep(event: StepEvent, at: number): SpoolMessage {
  const { step } = event;
  if (event.kind === 'started') {
    const { parent, type, name } = event;
    const input = toJson(event.input);
    return {
      kind: 'step',
      at,
      step,
      type,
      name: name.slice(0, 200),
      ...(parent === undefined ? {} : { parent }),
      ...(input === undefined ? {} : { input }),
    };
  }
  if (event.error !== undefined) {
    const { name, message } = Object(event.error) as { name?: unknown; message?: unknown };
    const error = {
      name: String(name ?? 'Error'),
      message: String(message ?? event.error).slice(0, MAX_LENGTH),
    };
    return { kind: 'step-end', at, step, error };
  }
  const output = toJson(event.output);
  return { kind: 'step-end', at, step, ...(output === undefined ? {} : { output }) };
}

/** Undefined for what JSON cannot represent. */
function toJson(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined || json.length <= MAX_LENGTH
      ? json
      : JSON.stringify(`${json.slice(0, MAX_LENGTH)}…`);
  } catch {
    return undefined;
  }
}
