import type { RunState } from '../profile/run/run-state.js';
import { askText, endText, titleText } from '../view/chrome/notice.js';
import { throughTmux } from './clipboard.js';

/** Tells a person who looks elsewhere how a run stands: the terminal's title, and a bell and a notice at the end and when it waits for somebody. */
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
