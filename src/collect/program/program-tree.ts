/** Records the processes of an observed program as spans, and within them the places in its code that make calls. */

import { basename } from 'node:path';
import type { CallerFrame } from '../../tap/spool/spool-messages.js';
import type { TraceSink } from '../../trace/event/trace-sink.js';
import { finishSpan, startSpan } from '../../trace/record/trace-span.js';
import { ProgramSteps } from './program-steps.js';

/** A process that made a call. */
export type ProcessSpan = Readonly<{
  pid: number;
  span: number;
  frames: Map<string, FrameSpan>;
  steps: ProgramSteps;
}>;

type FrameSpan = { span: number; calls: number };

/**
 * The tree of an observed program: process, caller, call. A process gets a span with its first call. The span of a caller lasts until
 * another place of the same process makes a call while none of its own is in progress.
 */
export class ProgramTree {
  readonly root: number;
  readonly #sink: TraceSink;
  readonly #processes = new Map<number, ProcessSpan>();

  /** Starts the span of the command itself. */
  constructor(sink: TraceSink, name: string) {
    this.#sink = sink;
    this.root = startSpan(sink, { kind: 'program', name });
  }

  /** The pid of the command itself: its calls are made in the root span. */
  setRoot(pid: number): void {
    this.#processes.set(pid, {
      pid,
      span: this.root,
      frames: new Map(),
      steps: new ProgramSteps(this.#sink),
    });
  }

  /** The span of a process; a child of its parent process where that made calls, otherwise of the command. */
  openProcess(pid: number, ppid: number, title: string): ProcessSpan {
    const known = this.#processes.get(pid);
    if (known) return known;
    const parent = this.#processes.get(ppid)?.span ?? this.root;
    const span = startSpan(this.#sink, {
      kind: 'program',
      name: title,
      parent,
      process: { pid, name: title },
    });
    const opened: ProcessSpan = { pid, span, frames: new Map(), steps: new ProgramSteps(this.#sink) };
    this.#processes.set(pid, opened);
    return opened;
  }

  /** The span in which a call is made. `leave` is called when the call has finished. */
  enterFrame(process: ProcessSpan, frame: CallerFrame | undefined): { span: number; leave: () => void } {
    if (!frame) return { span: process.span, leave: () => {} };
    const place = `${basename(frame.file)}:${frame.line}`;
    const key = `${frame.name ?? ''} ${frame.file}:${frame.line}`;
    for (const [other, { span, calls }] of process.frames) {
      if (other === key || calls > 0) continue;
      finishSpan(this.#sink, span);
      process.frames.delete(other);
    }
    const open = process.frames.get(key) ?? {
      span: startSpan(this.#sink, {
        kind: 'step',
        name: frame.name ?? place,
        parent: process.span,
        ...(frame.name === undefined ? {} : { label: place }),
      }),
      calls: 0,
    };
    process.frames.set(key, open);
    open.calls++;
    return { span: open.span, leave: () => void open.calls-- };
  }

  /** Finishes the span of a process that has exited. */
  closeProcess(pid: number): void {
    const process = this.#processes.get(pid);
    if (!process) return;
    process.steps.close();
    for (const { span } of process.frames.values()) finishSpan(this.#sink, span);
    process.frames.clear();
    if (process.span === this.root) return;
    finishSpan(this.#sink, process.span);
    this.#processes.delete(pid);
  }

  /** Finishes everything, the command last: with an error if it failed. */
  close(end?: { error: unknown }): void {
    for (const pid of [...this.#processes.keys()].toReversed()) this.closeProcess(pid);
    finishSpan(this.#sink, this.root, end);
  }
}
