/** Shows a plan on the screen until the user runs, edits or cancels it. */
import type { DataUse } from '../../compile/data-uses.js';
import { messageOf } from '../../lib/error.js';
import type { Registry } from '../../nodes/registry.js';
import type { Plan } from '../../planner/plan/planner-state.js';
import { createRunPlanned } from '../../session/planned.js';
import { createCapture } from '../../trace/capture/capture.js';
import { noRedactor } from '../../trace/redact/redact.js';
import type { PlanOutlook } from '../../view/state/plan-state.js';
import type { TuiHandle } from '../../tui/tui-options.js';
import { approveOnTerminal, type Ask } from './confirm-plan.js';
import type { Stop } from '../io/interrupt.js';
import { editableText, editInEditor, readEdited } from './edit-plan.js';

/** Shows a plan until the user runs or cancels it. Text from the editor is kept even if it is invalid, to continue editing it. */
export function askOnScreen(
  screen: TuiHandle,
  {
    types,
    stop,
    describe,
  }: Readonly<{
    types: Registry;
    stop: Stop;
    /** What is known of the run that a plan would make. */
    describe: (plan: Plan) => Promise<PlanOutlook>;
  }>,
): Ask {
  return async (proposed) => {
    const former: Plan[] = [];
    let plan = proposed;
    let broken: Broken | undefined;
    let says = '';
    for (;;) {
      const about = await describe(plan);
      const question = {
        about,
        plan: createRunPlanned(plan, types, { capture: wholeValues }),
        problems: broken?.problems ?? [],
        edited: former.length > 0,
      };
      const answer = await screen.askPlan(question, says);
      says = '';
      if (answer === 'run') return plan;
      if (answer === 'edit') {
        const before = broken?.text ?? editableText(plan);
        try {
          const text = await screen.lend(() => stop.whileLent(() => edit(before, stop.signal)));
          take(text, before);
        } catch (error) {
          says = messageOf(error);
        }
      } else if (answer === 'former') {
        if (!broken) plan = former.pop() ?? plan;
        broken = undefined;
      } else {
        return undefined;
      }
    }

    function take(text: string, before: string): void {
      if (text === before) {
        says = 'No changes.';
        return;
      }
      const read = readEdited(text, plan, types);
      if ('problems' in read) {
        broken = { text, problems: read.problems };
        return;
      }
      former.push(plan);
      ({ plan } = read);
      broken = undefined;
    }
  };
}

/** Asks on the screen about what a node is about to do with data; on the terminal once the screen was left. */
export async function approveOnScreen(
  screen: () => TuiHandle | undefined,
  use: DataUse,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await screen()?.ask({
    title: `Run '${use.node}'? It depends on data.`,
    lines: use.lines,
    choices: [
      { key: 'y', label: 'Run it' },
      { key: 'n', label: 'Stop the run' },
    ],
  });
  return answer === undefined && !screen() ? approveOnTerminal(use, signal) : answer === 'y';
}

/** Edited text that is not a valid plan, with its problems. */
type Broken = Readonly<{ text: string; problems: readonly string[] }>;

// The user must see exactly what will run: nothing truncated, nothing masked. This is not written to the trace.
const wholeValues = createCapture({ level: 'full', redactor: noRedactor });

function edit(text: string, signal: AbortSignal): Promise<string> {
  return editInEditor(text, { env: process.env, signal });
}
