/** Adds the nodes of a step. */

import type { WorkflowBuilder } from './builder.js';
import { addCountFiles, addDelete, addTransfer } from './file-steps.js';
import { readEach, valueOf } from './sources.js';
import type { Source, Step } from '../language/parsed-steps.js';
import { addCount, addExtract, addSummarize } from './text-steps.js';
import { Unread } from '../language/unreadable.js';
import { addWrite, literal } from './write-steps.js';

/** Adds the nodes of one step. */
export function addStep(builder: WorkflowBuilder, step: Step): void {
  switch (step.verb) {
    case 'read':
      return addRead(builder, step.source);
    case 'summarize':
      return addSummarize(builder, step);
    case 'fetch':
    case 'list':
      valueOf(builder, step.source);
      return;
    case 'run':
      return addRun(builder, step.command);
    case 'count':
      return step.what === 'files' ? addCountFiles(builder, step.source) : addCount(builder, step);
    case 'extract':
      return addExtract(builder, step);
    case 'write':
      return addWrite(builder, step);
    case 'copy':
    case 'move':
      return addTransfer(builder, step);
    case 'delete':
      return addDelete(builder, step.source);
    case 'each':
      return addEach(builder, step.source);
    default:
      return step satisfies never;
  }
}

function addRead(builder: WorkflowBuilder, source: Source): void {
  const value = valueOf(builder, source);
  if (value.shape !== 'paths') return;
  builder.use(value);
  readEach(builder, value.ref);
}

function addEach(builder: WorkflowBuilder, source: Source): void {
  const value = valueOf(builder, source);
  if (value.shape !== 'paths' && value.shape !== 'each')
    throw new Unread('they go over files only: for each *.md in docs.');
}

function addRun(builder: WorkflowBuilder, text: string): void {
  const id = builder.node({
    id: 'run',
    type: 'shell',
    purpose: 'Run the command',
    params: { command: literal(text) },
  });
  builder.made({ shape: 'text', ref: `\${${id}.stdout}`, madeBy: 'run' });
}
