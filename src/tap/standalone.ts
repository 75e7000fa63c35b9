/** The tap as a module of its own, for `node --import`: installs the hooks before anything else is loaded. */

import { BroadcastChannel, getEnvironmentData, isMainThread } from 'node:worker_threads';
import { SPOOL_VARIABLE } from './spool/spool-messages.js';
import { createAnswerListener, REPLAY_VARIABLE } from './spool/request-answer.js';
import { createSpoolListener } from './spool/spool-writer.js';
import { drainTap, keepTap, tapRequests } from './tap.js';
import type { Answer } from './exchange/deliver-answer.js';
import {
  WORKER_KEY,
  type WorkerAnswer,
  type WorkerLink,
  type WorkerMessage,
} from './hooks/worker-messages.js';

try {
  install();
} catch {
  // A program must start as it would without the tap.
}

function install(): void {
  const data: unknown = isMainThread ? undefined : getEnvironmentData(WORKER_KEY);
  if (typeof data === 'object' && data !== null) return reportToParent(data as WorkerLink);
  keepTap();
  const folder = process.env[SPOOL_VARIABLE];
  if (!isMainThread) return;
  if (folder) tapRequests(createSpoolListener(folder, drainTap));
  const answers = process.env[REPLAY_VARIABLE];
  if (answers) tapRequests(createAnswerListener(answers));
}

/** In a worker: reports the exchanges of this thread to the thread that started it. */
function reportToParent(link: WorkerLink): void {
  // The program sees the arguments that it gave.
  process.execArgv = [...link.execArgv];
  const channel = new BroadcastChannel(link.channel) as BroadcastChannel & { ref(): void; unref(): void };
  const waiting = new Map<string, (given: WorkerAnswer) => void>();
  channel.addEventListener('message', (event) => {
    const given = (event as unknown as { data: WorkerAnswer }).data;
    if (given.kind === 'answer') waiting.get(given.exchange)?.(given);
  });
  channel.unref();
  /** The thread lives until it has its answer. */
  const answer = (exchange: string): Promise<Answer | undefined> =>
    new Promise((resolve, reject) => {
      channel.ref();
      waiting.set(exchange, (given) => {
        waiting.delete(exchange);
        if (waiting.size === 0) channel.unref();
        if (given.error === undefined) resolve(given.answer);
        else reject(new Error(given.error));
      });
    });
  let count = 0;
  keepTap(link);
  tapRequests({
    answers: link.answers,
    onRequest({ method, url, headers, startedAt }) {
      const exchange = `${process.pid}.${Math.random()}.${++count}`;
      const post = (message: object): void => {
        // A browser takes a second argument, by which linters tell its postMessage.
        const whole = { worker: link.worker, exchange, ...message } as WorkerMessage;
        Reflect.apply(channel.postMessage, channel, [whole]);
      };
      post({
        kind: 'request',
        method,
        url,
        headers: { ...headers },
        startedAt: performance.timeOrigin + startedAt,
      });
      return {
        onRequestBody: (body) => post({ kind: 'body', body }),
        ...(link.answers ? { answer: () => answer(exchange) } : {}),
        onResponse: (status, received) => post({ kind: 'response', status, headers: { ...received } }),
        onResponseData: (chunk) => post({ kind: 'data', chunk }),
        onEnd: ({ outcome, error }) => post({ kind: 'end', outcome, error: describe(error) }),
      };
    },
  });
}

function describe(error: unknown): { name: string; message: string; code: string | undefined } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  return {
    name: String(name),
    message: String(message),
    code: code === undefined ? undefined : String(code),
  };
}
