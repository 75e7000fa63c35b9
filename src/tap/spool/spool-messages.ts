/** What a tapped process writes to its spool file: one JSON object a line. Times are in ms since the epoch, bytes in base64. */

import type { StepType } from '../exchange/step-events.js';

/** In this variable a process finds the folder of its spool file. */
export const SPOOL_VARIABLE = 'PFLOW_SPOOL';

/** A place in the program's own code. */
export type CallerFrame = Readonly<{
  /** The function's name; absent at the top level of a module. */
  name?: string;
  /** A path, or a URL that is no file. */
  file: string;
  line: number;
}>;

/** The first line of a file describes the process; `exchange` counts the requests of a process. */
export type SpoolMessage =
  | Readonly<{ kind: 'process'; pid: number; ppid: number; title: string; at: number }>
  | Readonly<{
      kind: 'request';
      exchange: number;
      at: number;
      method: string;
      url: string;
      headers: Readonly<Record<string, string>>;
      frame?: CallerFrame;
    }>
  /** Without its content encoding; absent where it could not be had. `step`: what sends the request, if it is one of a framework. */
  | Readonly<{ kind: 'body'; exchange: number; at: number; body?: string; step?: string }>
  | Readonly<{
      kind: 'response';
      exchange: number;
      at: number;
      status: number;
      headers: Readonly<Record<string, string>>;
    }>
  /** As it is on the wire. */
  | Readonly<{ kind: 'data'; exchange: number; at: number; data: string }>
  | Readonly<{
      kind: 'end';
      exchange: number;
      at: number;
      outcome: 'complete' | 'cut' | 'abandoned' | 'failed' | 'open';
      error?: Readonly<{ name: string; message: string; code?: string }>;
    }>
  /** A step of an agent framework. Its values are JSON, truncated. */
  | Readonly<{
      kind: 'step';
      at: number;
      step: string;
      parent?: string;
      type: StepType;
      name: string;
      input?: string;
    }>
  | Readonly<{
      kind: 'step-end';
      at: number;
      step: string;
      output?: string;
      error?: Readonly<{ name: string; message: string }>;
    }>
  | Readonly<{ kind: 'exit'; at: number }>;
