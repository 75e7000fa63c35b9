/** What the tap of a worker thread reports to that of the thread which started it. */

import type { Answer } from '../exchange/deliver-answer.js';

/** Under this key a worker finds, in its environment data, where to report. */
export const WORKER_KEY = 'pflow.tap';

/** Options of a Worker with this property are left alone. */
export const UNTAPPED = Symbol.for('pflow.untapped');

export type WorkerLink = Readonly<{
  /** The name of the BroadcastChannel. */
  channel: string;
  /** Which worker it is, as the thread that started it counts. */
  worker: number;
  /** The arguments that the program gave, or inherited, without the tap's own. */
  execArgv: readonly string[];
  /** Whether requests are held until their answer has come. */
  answers: boolean;
}>;

/** What an exchange in a worker is answered with; without an answer it is sent, with an error it fails. */
export type WorkerAnswer = Readonly<{
  kind: 'answer';
  exchange: string;
  answer: Answer | undefined;
  error: string | undefined;
}>;

/** Part of an exchange in a worker; `exchange` counts them. */
export type WorkerMessage = Readonly<{ worker: number; exchange: string }> &
  (
    | Readonly<{
        kind: 'request';
        method: string;
        url: string;
        headers: Readonly<Record<string, string>>;
        /** Milliseconds since the epoch: the clocks of threads differ in their origin. */
        startedAt: number;
      }>
    | Readonly<{ kind: 'body'; body: Uint8Array | undefined }>
    | Readonly<{ kind: 'response'; status: number; headers: Readonly<Record<string, string>> }>
    | Readonly<{ kind: 'data'; chunk: Uint8Array }>
    | Readonly<{
        kind: 'end';
        outcome: 'complete' | 'cut' | 'abandoned' | 'failed' | 'open';
        error: Readonly<{ name: string; message: string; code: string | undefined }> | undefined;
      }>
  );
