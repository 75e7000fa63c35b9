import { startSession, type Session } from '../session/session.js';
import type { TuiHandle } from '../tui/run-tui.js';
import { askOnTerminal, confirmPlan, isPlanned, type Ask } from './confirm.js';
import type { Stop } from './interrupt.js';
import type { LiveProfile } from './live-profile.js';
import type { Prepare } from './prepare.js';

/** What a run on the screen is connected to. */
export type Connections = Readonly<{
  /** Whether a plan that changes things runs without a question. */
  yes: boolean;
  stop: Stop;
  profile: LiveProfile;
  onWarning: (message: string) => void;
  /** The screen, while it stands. */
  screen: () => TuiHandle | undefined;
}>;

/** Prepares and starts a run whose events the screen draws. */
export async function startOnScreen(
  prepare: Prepare,
  { yes, stop, profile, onWarning, screen }: Connections,
): Promise<Session> {
  const prepared = await prepare(onWarning, stop.signal);
  const { types, job } = prepared;
  const session = startSession({
    ...prepared,
    signal: stop.signal,
    confirm: async (plan) => {
      const handle = screen();
      const ask = handle ? askOnScreen(handle) : askOnTerminal(stop.signal);
      return isPlanned(job) ? confirmPlan(plan, { yes, types, ask }) : {};
    },
  });
  process.once('exit', session.flushNow);
  profile.apply(session.log.all);
  session.log.subscribe((event) => profile.apply([event]));
  return session;
}

function askOnScreen(screen: TuiHandle): Ask {
  const choices = [
    { key: 'y', label: 'run it' },
    { key: 'n', label: 'do not' },
  ];
  return async (question) => (await screen.ask({ ...question, choices })) === 'y';
}
