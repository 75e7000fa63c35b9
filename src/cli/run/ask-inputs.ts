/** Prompts on the plain terminal for the inputs that a workflow needs and was not given, before the screen opens. */
import { createInterface } from 'node:readline/promises';
import { safeText } from '../../lib/text/safe-text.js';
import { loadWorkflow } from '../../workflow/library/load-workflow.js';
import { readSharedSettings } from '../args/shared-settings.js';
import { isPiped } from '../io/stdin.js';
import type { Target } from '../target/parse-target.js';

type Declared = Readonly<{ required?: unknown; default?: unknown; stdin?: unknown; description?: unknown }>;

/** The target with the values that the user has typed. An empty answer leaves the input out; the run then reports it. */
export async function askInputs(target: Target): Promise<Target> {
  if (target.kind !== 'workflow') return target;
  const missing = findMissing(target);
  if (missing.length === 0) return target;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline consumes Ctrl-C: send the signal on.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const inputs: Record<string, string> = { ...target.inputs };
  try {
    for (const [name, { description }] of missing) {
      const about =
        typeof description === 'string' && description !== '' ? ` (${safeText(description)})` : '';
      const value = (await terminal.question(`${safeText(name)}${about}: `)).trim();
      if (value !== '') inputs[name] = value;
    }
  } finally {
    terminal.close();
  }
  return { ...target, inputs };
}

function findMissing({ reference, inputs }: Extract<Target, { kind: 'workflow' }>): [string, Declared][] {
  const { source } = loadWorkflow(reference);
  const declared = source['inputs'];
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return [];
  const shared = readSharedSettings().env;
  return Object.entries(declared as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, Declared] => {
      const [name, input] = entry;
      if (typeof input !== 'object' || input === null) return false;
      const { required = true, default: usual, stdin } = input as Declared;
      const isGiven = Object.hasOwn(inputs, name) || Object.hasOwn(shared, name) || usual !== undefined;
      return required !== false && !isGiven && !(stdin === true && isPiped());
    },
  );
}
