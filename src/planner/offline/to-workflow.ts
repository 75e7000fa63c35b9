/** Builds a workflow from parsed clauses. */

import type { Workflow } from '../../workflow/format/ir.js';
import type { DiscoveredParam } from '../plan/answers.js';
import { addStep } from './steps/add-step.js';
import { WorkflowBuilder } from './steps/builder.js';
import { combineText } from './steps/sources.js';
import type { Clause, Step } from './language/parsed-steps.js';
import { Unread } from './language/unreadable.js';

/** A parsed request. */
export type RulePlan = Readonly<{
  workflow: Workflow;
  params: readonly DiscoveredParam[];
  /** One line per clause: `summarize README.md → read-file, llm`. */
  reading: readonly string[];
}>;

/** Whether standard input is piped: then `it` in the first clause refers to it. */
export type PipedInput = Readonly<{ stdin?: boolean }>;

/** Builds the workflow of the clauses. `explain` creates the error for a clause that cannot follow the previous ones. */
export function toWorkflow(
  clauses: readonly Clause[],
  explain: (clause: string, reason: string) => Error,
  { stdin = false }: PipedInput = {},
): RulePlan {
  const builder = new WorkflowBuilder(stdin);
  const loop = new Loop();
  const ends = clauses.map(({ text, steps }) => {
    try {
      for (const step of steps) {
        loop.enter(step);
        addStep(builder, step);
      }
    } catch (error) {
      throw error instanceof Unread ? explain(text, error.message) : error;
    }
    return builder.nodeTypes.length;
  });
  if (loop.isEmpty) throw explain(clauses.at(-1)!.text, 'they miss what to do for each.');
  const inPlace = clauses.find(
    ({ steps }, i) =>
      steps.some((step) => step.verb === 'change' && step.inPlace) && !isWritten(clauses.slice(i)),
  );
  if (inPlace)
    throw explain(
      inPlace.text,
      'it does not say whether to change the file: add "and save it to", and a file.',
    );
  const steps = clauses.flatMap((clause) => clause.steps);
  if (steps.length === 1 && steps[0]!.verb === 'fetch' && steps[0]!.asFile)
    throw explain(
      clauses[0]!.text,
      'it does not say which file to save it to: add "and save it to", and a file.',
    );
  const outputs = outputsOf(builder);
  // Nodes that the outputs need belong to the last clause.
  ends[ends.length - 1] = builder.nodeTypes.length;
  const reading = clauses.map(
    ({ text, steps: own }, i) =>
      `${text} → ${builder.nodeTypes.slice(ends[i - 1] ?? 0, ends[i]).join(', ') || 'what came before'}${isWritten(clauses.slice(i)) ? '' : describeKept(own)}`,
  );
  return { workflow: builder.build(outputs), params: builder.params, reading };
}

/**
 * Enforces `for each`: until something is written, copied, moved or deleted, every step must apply to the elements; any
 * other step would run once instead of for each.
 */
class Loop {
  #state: 'closed' | 'begun' | 'inside' = 'closed';

  get isEmpty(): boolean {
    return this.#state === 'begun';
  }

  enter(step: Step): void {
    if (step.verb === 'each') {
      this.#state = 'begun';
      return;
    }
    if (this.#state === 'closed') return;
    if (!('source' in step) || step.source.kind !== 'back')
      throw new Unread("after 'for each' it must say 'it': what to do with each file.");
    this.#state = ['write', 'copy', 'move', 'delete'].includes(step.verb) ? 'closed' : 'inside';
  }
}

/** Of a clause that may mean changing a file and gives a text instead: that the file stays as it is. */
function describeKept(steps: readonly Step[]): string {
  const kept = steps.find((step) => step.verb === 'change' && step.keepsFile);
  if (kept?.verb !== 'change' || kept.source.kind !== 'file') return '';
  const { path } = kept.source;
  return ` (${path} stays as it is: "and save it to ${path}" changes it)`;
}

function isWritten(clauses: readonly Clause[]): boolean {
  return clauses.some(({ steps }) => steps.some(({ verb }) => verb === 'write' || verb === 'send'));
}

function outputsOf(builder: WorkflowBuilder): Workflow['outputs'] {
  const results = builder
    .results()
    .map((value) => ({ name: value.madeBy, source: combineText(builder, value, { asText: false }) }));
  if (results.length === 1) return { result: { source: results[0]!.source } };
  return Object.fromEntries(
    results.map(({ name, source }, i) => {
      const same = results.slice(0, i).filter((other) => other.name === name).length;
      return [same === 0 ? name : `${name}_${same + 1}`, { source }];
    }),
  );
}
