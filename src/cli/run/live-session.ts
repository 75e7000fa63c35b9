/** Starts a run whose events are shown on the screen. */
import { startSession, type Session } from '../../session/session.js';
import type { Plan } from '../../planner/plan/planner-state.js';
import type { PlanOutlook } from '../../view/state/plan-state.js';
import type { TuiHandle } from '../../tui/tui-options.js';
import { askOnTerminal, createConfirmation, type ConfirmWhen } from '../plan-review/confirm-plan.js';
import type { Stop } from '../io/interrupt.js';
import type { LiveProfile } from '../progress/live-profile.js';
import { approveOnScreen, askOnScreen } from '../plan-review/review-plan.js';
import { enterAbandonedRuns } from './enter-abandoned.js';
import { estimatePlan } from '../../session/budgets/estimate-plan.js';
import type { Prepare } from './prepare.js';

/** The parts of a run on the screen that the session needs. */
export type Connections = Readonly<{
  /** Whether plans run without confirmation. */
  yes: boolean;
  /** Which plans are confirmed. */
  when: ConfirmWhen;
  /** Whether the plan is shown and confirmed in any case, as before a rerun. */
  review: boolean;
  stop: Stop;
  profile: LiveProfile;
  onWarning: (message: string) => void;
  /** The screen, while it is open. */
  screen: () => TuiHandle | undefined;
}>;

/** Prepares and starts a run whose events update the screen. */
export async function startOnScreen(
  prepare: Prepare,
  { yes, when, review, stop, profile, onWarning, screen }: Connections,
): Promise<Session> {
  const prepared = await prepare(onWarning, stop.signal);
  await enterAbandonedRuns(onWarning);
  const { types, job, choice, rerun } = prepared;
  /** A rerun of a part of the workflow is not estimated: the earlier runs are of the whole. */
  const describe = async ({ name, workflow }: Plan): Promise<PlanOutlook> => {
    if (rerun && !rerun.isWhole) return { start: rerun.start, succeeded: rerun.succeeded };
    const found = await estimatePlan(name, choice, workflow).catch(() => undefined);
    return { estimate: found?.estimate, succeeded: rerun?.succeeded ?? [] };
  };
  const session = startSession({
    ...prepared,
    signal: stop.signal,
    confirm: createConfirmation(job, {
      yes,
      when,
      review,
      types,
      asker() {
        const handle = screen();
        return handle ? askOnScreen(handle, { types, stop, describe }) : askOnTerminal(stop.signal);
      },
      approve: (use) => approveOnScreen(screen, use, stop.signal),
    }),
  });
  process.once('exit', session.flushNow);
  profile.apply(session.log.all);
  session.log.subscribe((event) => profile.apply([event]));
  return session;
}
