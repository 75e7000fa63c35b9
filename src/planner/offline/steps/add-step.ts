/** Adds the nodes of a step. */

import type { WorkflowBuilder } from './builder.js';
import { addCountFiles, addDelete, addTransfer } from './file-steps.js';
import { readEach, valueOf } from './sources.js';
import type { Source, Step } from '../language/parsed-steps.js';
import { addChange, addCombine, addCount, addExtract, addSearch, addSummarize } from './text-steps.js';
import { Unread } from '../language/unreadable.js';
import { addSend, addWrite } from './write-steps.js';

/** Adds the nodes of one step. */
export function addStep(builder: WorkflowBuilder, step: Step): void {
  switch (step.verb) {
    case 'read':
      return addRead(builder, step.source);
    case 'change':
      return addChange(builder, step);
    case 'search':
      return addSearch(builder, step);
    case 'combine':
      return addCombine(builder, step.source);
    case 'send':
      return addSend(builder, step);
    case 'summarize':
      return addSummarize(builder, step);
    case 'list':
      return addList(builder, step.source);
    case 'fetch':
    case 'commits':
      valueOf(builder, step.source);
      return;
    case 'run':
      valueOf(builder, { kind: 'command', command: step.command });
      return;
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
  if (source.kind === 'back') {
    // In "summarize a.md, save it and show it" the summary becomes a result of the run again.
    builder.use(value);
    builder.made({ ...value });
    return;
  }
  if (value.shape !== 'paths') return;
  builder.use(value);
  readEach(builder, value.ref);
}

/** Lists files; "list files" without a folder or an earlier list means the current directory. */
function addList(builder: WorkflowBuilder, source: Source): void {
  const isHere = source.kind === 'back' && builder.last(({ madeBy }) => madeBy === 'list') === undefined;
  valueOf(builder, isHere ? { kind: 'files', pattern: '*', folder: '.' } : source);
}

function addEach(builder: WorkflowBuilder, source: Source): void {
  const value = valueOf(builder, source);
  if (value.shape !== 'paths' && value.shape !== 'each')
    throw new Unread('they go over files only: for each *.md in docs.');
}
