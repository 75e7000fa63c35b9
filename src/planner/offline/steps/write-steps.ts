/** Steps that write files. */

import type { WorkflowBuilder } from './builder.js';
import { filesCode } from './snippets.js';
import { textOf, valueOf, combineText } from './sources.js';
import type { Source, StepOf } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';

/** Writes the previous result to a file; several results to one file each in a folder. */
export function addWrite(builder: WorkflowBuilder, step: StepOf<'write'>): void {
  const { source, path, append } = step;
  if (step.each || /[/\\]$/.test(path)) return addWriteEach(builder, step);
  const content = source.kind === 'literal' ? literal(source.text) : written(builder, source);
  const file_path = builder.input('output_path', path, 'The file to write');
  const params = { file_path, content, ...(append ? { append } : {}) };
  const id = builder.node({
    id: 'write',
    type: 'write-file',
    purpose: append ? 'Add to the file' : 'Write the file',
    params,
  });
  builder.done({ shape: 'text', ref: `\${${id}.written}`, madeBy: 'write' });
}

/** Text whose `${…}` is not a template, such as that of a shell. */
export function literal(text: string): string {
  return text.split('${').join('$${');
}

function addWriteEach(builder: WorkflowBuilder, { source, path, append }: StepOf<'write'>): void {
  const value = source.kind === 'literal' ? undefined : valueOf(builder, source);
  if (value) builder.use(value);
  const each = value?.shape === 'paths' ? textOf(builder, value) : value;
  if (typeof each !== 'object' || each.shape !== 'each') {
    const file = `${path.replace(/[/\\]$/, '')}/result.md`;
    throw new Unread(`only one thing is written, so it needs the name of a file, such as ${file}.`);
  }
  builder.use(each);
  const { node, ...shape } = each;
  const folder = builder.input('output_directory', path, 'The folder to write to');
  const targets = builder.node({
    id: 'targets',
    type: 'code',
    purpose: 'Where each is written',
    params: { inputs: { results: `\${${node}.results}`, folder }, code: filesCode(shape) },
  });
  const id = builder.node({
    id: 'write',
    type: 'write-file',
    purpose: append ? 'Add to each file' : 'Write each file',
    params: { file_path: '${each.path}', content: '${each.content}', ...(append ? { append } : {}) },
    batch: { items: `\${${targets}.result}`, as: 'each' },
  });
  builder.done({ shape: 'number', ref: `\${${id}.success_count}`, madeBy: 'write' });
}

function written(builder: WorkflowBuilder, source: Source): string {
  const value = valueOf(builder, source);
  builder.use(value);
  if (source.kind !== 'list') return combineText(builder, value);
  // Named files denote their content, not their names.
  const texts = textOf(builder, value);
  if (typeof texts === 'string') return texts;
  builder.use(texts);
  return combineText(builder, texts);
}
