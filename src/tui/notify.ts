import type { RunState } from '../profile/state.js';
import { endText, titleText } from '../view/notice.js';
import { throughTmux } from './clipboard.js';

/** Tells a person who looks elsewhere how a run stands: the terminal's title, and a bell and a notice at the end. */
export type Notifier = Readonly<{
  /** Says what is new about the run. */
  update(run: RunState): void;
  /** The terminal has forgotten the title: it is said again with the next update. */
  forget(): void;
}>;

/** A notifier that sends its codes with `send`. A run that is over when it is first seen is no news. */
export function createNotifier(send: (codes: string) => void, env: NodeJS.ProcessEnv): Notifier {
  let title = '';
  let wasRunning = false;
  return {
    update(run) {
      const next = titleText(run);
      if (next !== title) send(`\x1b]0;${next}\x07`);
      title = next;
      if (wasRunning && run.finished) {
        const notice = `\x1b]9;${endText(run)}\x07`;
        send(`\x07${env['TMUX'] ? throughTmux(notice) : notice}`);
      }
      wasRunning = !run.finished;
    },
    forget() {
      title = '';
    },
  };
}
