import { startSession, type Session } from '../../session/session.js';
import type { TuiHandle } from '../../tui/run-tui.js';
import { askOnTerminal, confirmation, type ConfirmWhen } from '../plan-review/confirm-plan.js';
import type { Stop } from '../io/interrupt.js';
import type { LiveProfile } from '../progress/live-profile.js';
import { askOnScreen } from '../plan-review/review-plan.js';
import type { Prepare } from './prepare.js';

/** What a run on the screen is connected to. */
export type Connections = Readonly<{
  /** Whether a plan that changes things runs without a question. */
  yes: boolean;
  /** When a plan waits for a person. */
  when: ConfirmWhen;
  stop: Stop;
  profile: LiveProfile;
  onWarning: (message: string) => void;
  /** The screen, while it stands. */
  screen: () => TuiHandle | undefined;
}>;

/** Prepares and starts a run whose events the screen draws. */
export async function startOnScreen(
  prepare: Prepare,
  { yes, when, stop, profile, onWarning, screen }: Connections,
): Promise<Session> {
  const prepared = await prepare(onWarning, stop.signal);
  const { types, job } = prepared;
  const session = startSession({
    ...prepared,
    signal: stop.signal,
    confirm: confirmation(job, {
      yes,
      when,
      types,
      asker() {
        const handle = screen();
        return handle ? askOnScreen(handle, { types, stop }) : askOnTerminal(stop.signal);
      },
    }),
  });
  process.once('exit', session.flushNow);
  profile.apply(session.log.all);
  session.log.subscribe((event) => profile.apply([event]));
  return session;
}
