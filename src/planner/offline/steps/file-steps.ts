/** Steps that copy, move, delete and count files. */

import { basename, join } from 'node:path/posix';
import type { Value, WorkflowBuilder } from './builder.js';
import { countCode, targetsCode, treeTargetsCode } from './snippets.js';
import { valueOf } from './sources.js';
import type { Source, StepOf } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';

/** Copies or moves one file, or several into a folder. */
export function addTransfer(builder: WorkflowBuilder, { verb, source, path }: StepOf<'copy' | 'move'>): void {
  const type = `${verb}-file`;
  const output = verb === 'copy' ? 'copied' : 'moved';
  const one = fileOf(builder, source);
  if (one !== undefined) {
    // A previously read file reuses its input.
    const role = source.kind === 'back' ? 'file_path' : 'source_path';
    const source_path = builder.input(role, one, `The file to ${verb}`);
    const target = path.endsWith('/') ? join(path, basename(one)) : path;
    const dest_path = builder.input('dest_path', target, 'Where to');
    const id = builder.node({
      id: verb,
      type,
      purpose: `${capital(verb)} the file`,
      params: { source_path, dest_path },
    });
    return builder.done({ shape: 'text', ref: `\${${id}.${output}}`, madeBy: verb });
  }
  if (source.kind === 'back' && !path.endsWith('/')) {
    throw new Unread(`several files need a folder to go to: ${path}/`);
  }
  const paths = pathsOf(builder, valueOf(builder, source));
  const folder = builder.input('dest_directory', path, 'The folder they go to');
  const isWhole = source.kind === 'files' && source.whole === true;
  const root = isWhole ? { root: builder.input('directory', source.folder, 'The folder') } : {};
  const targets = builder.node({
    id: 'targets',
    type: 'code',
    purpose: 'Where each file goes',
    params: { inputs: { paths, folder, ...root }, code: isWhole ? treeTargetsCode : targetsCode },
  });
  const params = { source_path: '${each.from}', dest_path: '${each.to}' };
  const batch = { items: `\${${targets}.result}`, as: 'each' };
  const id = builder.node({ id: verb, type, purpose: `${capital(verb)} each file`, params, batch });
  builder.done({ shape: 'number', ref: `\${${id}.success_count}`, madeBy: verb });
}

/** Deletes one file or several. */
export function addDelete(builder: WorkflowBuilder, source: Source): void {
  const one = fileOf(builder, source);
  if (one !== undefined) {
    const file_path = builder.input('file_path', one, 'The file to delete');
    const id = builder.node({
      id: 'delete',
      type: 'delete-file',
      purpose: 'Delete the file',
      params: { file_path },
    });
    return builder.done({ shape: 'text', ref: `\${${id}.deleted}`, madeBy: 'delete' });
  }
  const batch = { items: pathsOf(builder, valueOf(builder, source)), as: 'file' };
  const params = { file_path: '${file}' };
  const id = builder.node({ id: 'delete', type: 'delete-file', purpose: 'Delete each file', params, batch });
  builder.done({ shape: 'number', ref: `\${${id}.success_count}`, madeBy: 'delete' });
}

/** Counts matching files. */
export function addCountFiles(builder: WorkflowBuilder, source: Source): void {
  const value = valueOf(builder, source, ({ shape }) => shape === 'paths' || shape === 'list');
  if (value.shape === 'list') builder.use(value);
  const files = value.shape === 'list' ? value.ref : pathsOf(builder, value);
  const params = { inputs: { files }, code: countCode.files };
  const id = builder.node({ id: 'count', type: 'code', purpose: 'Count the files', params });
  builder.made({ shape: 'number', ref: `\${${id}.result}`, madeBy: 'files' });
}

/** The single file of a source; undefined if it denotes several. */
function fileOf(builder: WorkflowBuilder, source: Source): string | undefined {
  if (source.kind === 'file') return source.path;
  if (source.kind !== 'back') return undefined;
  // After "save it to b.md" the reference is ambiguous, and the wrong file might be deleted.
  if (builder.endsInEffect) throw new Unread(`'${source.noun}' could mean more than one file. Name it.`);
  const value = valueOf(builder, source);
  if (value.shape !== 'text' || value.path === undefined) return undefined;
  builder.use(value);
  return value.path;
}

function pathsOf(builder: WorkflowBuilder, value: Value): string {
  if (value.shape !== 'paths') throw new Unread('only files can be copied, moved, deleted or counted so.');
  builder.use(value);
  return value.ref;
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}
