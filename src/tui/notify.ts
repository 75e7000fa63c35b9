/** Notifies the user through the terminal title, the bell and OSC 9. */

import type { RunState } from '../profile/run/run-state.js';
import { askText, endText, titleText } from '../view/chrome/notice.js';
import { throughTmux } from './clipboard.js';

/** Notifies a user who is looking elsewhere: the state of the run in the title, and a bell and a notification when it finishes or waits for input. */
export type Notifier = Readonly<{
  /** Sends what changed since the last update. */
  update(run: RunState): void;
  /** Resends the title with the next update, after another program may have changed it. */
  forget(): void;
}>;

/** Creates a notifier that writes with `send`. A run that was already finished when first seen triggers nothing. */
export function createNotifier(send: (codes: string) => void, env: NodeJS.ProcessEnv): Notifier {
  let title = '';
  let wasRunning = false;
  let wasAsking = false;
  const notify = (text: string) => {
    const notice = `\x1b]9;${text}\x07`;
    send(`\x07${env['TMUX'] ? throughTmux(notice) : notice}`);
  };
  return {
    update(run) {
      const next = titleText(run);
      if (next !== title) send(`\x1b]0;${next}\x07`);
      title = next;
      if (wasRunning && run.finished) notify(endText(run));
      if (run.asking && !wasAsking) notify(askText(run));
      wasRunning = !run.finished;
      wasAsking = run.asking;
    },
    forget() {
      title = '';
    },
  };
}
