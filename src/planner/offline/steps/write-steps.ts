/** Steps that write files. */

import type { WorkflowBuilder } from './builder.js';
import { filesCode } from './snippets.js';
import { combineText, concatenate, literal, textOf, valueOf } from './sources.js';
import type { Source, StepOf } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';

/** Writes the previous result to a file; several results to one file each in a folder. */
export function addWrite(builder: WorkflowBuilder, step: StepOf<'write'>): void {
  const { source, path, append } = step;
  if (step.each || /[/\\]$/.test(path)) return addWriteEach(builder, step);
  const content = source.kind === 'literal' ? literal(source.text) : written(builder, source);
  const file_path = builder.input('output_path', path, 'The file to write');
  // The bytes of a download are not text.
  const [, node] = /^\$\{([\w-]+)\.response\}$/.exec(content) ?? [];
  const binary =
    node && builder.typeOf(node) === 'http' ? { content_is_binary: `\${${node}.response_is_binary}` } : {};
  const params = { file_path, content, ...binary, ...(append ? { append } : {}) };
  const id = builder.node({
    id: 'write',
    type: 'write-file',
    purpose: append ? 'Add to the file' : 'Write the file',
    params,
  });
  builder.done({ shape: 'text', ref: `\${${id}.written}`, madeBy: 'write' });
}

/** Sends a text as the body of a request. */
export function addSend(builder: WorkflowBuilder, { source, url: address, method }: StepOf<'send'>): void {
  const body = source.kind === 'literal' ? literal(source.text) : written(builder, source);
  const url = builder.input('url', address, 'Where it is sent');
  const isJson = source.kind === 'file' && /\.json$/i.test(source.path);
  const headers = isJson ? { headers: { 'content-type': 'application/json' } } : {};
  const params = { url, method, body, ...headers };
  const id = builder.node({ id: 'send', type: 'http', purpose: 'Send it', params });
  builder.made({ shape: 'page', ref: `\${${id}.response}`, text: `\${${id}.text}`, madeBy: 'send' });
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
  return typeof texts === 'string' ? texts : concatenate(builder, texts);
}
