import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyFile } from '../../src/nodes/files/copy-file.js';
import { deleteFile } from '../../src/nodes/files/delete-file.js';
import { expandPath } from '../../src/nodes/files/file-problem.js';
import { listFiles } from '../../src/nodes/files/list-files.js';
import { moveFile } from '../../src/nodes/files/move-file.js';
import { readFile } from '../../src/nodes/files/read-file.js';
import { writeFile } from '../../src/nodes/files/write-file.js';
import { failureOf, runNode } from '../support/run-node.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pflow-files-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (...names: string[]) => join(root, ...names);
const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), content);
  return at(name);
};
const text = (name: string) => readFileSync(at(name), 'utf8');

test('read-file returns the text unchanged', async () => {
  const file_path = put('a.txt', 'Zürich\nß\n');
  expect(await runNode(readFile, { file_path })).toEqual({
    action: 'default',
    outputs: { content: 'Zürich\nß\n', content_is_binary: false, file_path },
    logs: [],
  });
});

test('read-file returns binary data as base64', async () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]);
  const { outputs } = await runNode(readFile, { file_path: put('a.png', png) });
  expect(outputs).toMatchObject({ content: Buffer.from(png).toString('base64'), content_is_binary: true });
});

test('read-file decodes other encodings', async () => {
  const { outputs } = await runNode(readFile, {
    file_path: put('a.txt', Uint8Array.from([0xfc])),
    encoding: 'latin1',
  });
  expect(outputs).toMatchObject({ content: 'ü', content_is_binary: false });
  expect(await failureOf(readFile, { file_path: at('a.txt'), encoding: 'klingon' })).toBe(
    "'klingon' is not a known text encoding.",
  );
});

test('a relative path is resolved from the current directory, and ~ from the home directory', async () => {
  const file_path = relative(process.cwd(), put('a.txt', 'here'));
  expect((await runNode(readFile, { file_path })).outputs).toMatchObject({ content: 'here', file_path });
  expect(expandPath('~/x')).toBe(join(homedir(), 'x'));
  expect(expandPath('~x')).toBe(join(process.cwd(), '~x'));
});

test('a file that cannot be read is reported with the reason', async () => {
  put('a.txt', '');
  expect(await failureOf(readFile, { file_path: at('x.txt') })).toBe(
    `Cannot read '${at('x.txt')}': there is no such file.`,
  );
  expect(await failureOf(readFile, { file_path: root })).toBe(`Cannot read '${root}': it is a directory.`);
  expect(await failureOf(readFile, { file_path: at('a.txt', 'b') })).toBe(
    `Cannot read '${at('a.txt', 'b')}': a part of the path is a file, not a directory.`,
  );
  expect(await failureOf(readFile, { file_path: 'a\0b' })).toBe(
    "Cannot read 'a\0b': the path contains a null character.",
  );
  expect(await failureOf(readFile, {})).toBe(
    "The parameters do not fit node type 'read-file': file_path: is missing; it must be text.",
  );
});

test('write-file creates missing directories, and replaces or appends', async () => {
  const file_path = at('new', 'dir', 'a.txt');
  expect((await runNode(writeFile, { file_path, content: 'one\n' })).outputs).toEqual({ written: file_path });
  await runNode(writeFile, { file_path, content: 'two\n', append: true });
  expect(text('new/dir/a.txt')).toBe('one\ntwo\n');
  await runNode(writeFile, { file_path, content: 'three' });
  expect(text('new/dir/a.txt')).toBe('three');
});

test('write-file serializes data as JSON and decodes base64', async () => {
  await runNode(writeFile, { file_path: at('a.json'), content: { a: [1] } });
  expect(JSON.parse(text('a.json'))).toEqual({ a: [1] });
  await runNode(writeFile, { file_path: at('n.txt'), content: 42 });
  expect(text('n.txt')).toBe('42');
  await runNode(writeFile, { file_path: at('b.bin'), content: 'AAH/', content_is_binary: 'true' });
  expect([...readFileSync(at('b.bin'))]).toEqual([0, 1, 255]);
  expect(await failureOf(writeFile, { file_path: at('b.bin'), content: '!', content_is_binary: true })).toBe(
    'The content is declared as binary, but it is not base64.',
  );
  expect(await failureOf(writeFile, { file_path: root, content: '' })).toBe(
    `Cannot write '${root}': it is a directory.`,
  );
  expect(await failureOf(writeFile, { file_path: at('c'), content: null })).toBe(
    "The parameters do not fit node type 'write-file': content: must be text, not null.",
  );
});

test('copy-file copies, and replaces an existing file only with overwrite', async () => {
  const [source_path, dest_path] = [put('a.txt', 'a'), at('sub', 'b.txt')];
  expect((await runNode(copyFile, { source_path, dest_path })).outputs).toEqual({ copied: dest_path });
  put('a.txt', 'newer');
  expect(await failureOf(copyFile, { source_path, dest_path })).toBe(
    `Cannot copy '${source_path}' to '${dest_path}': it exists already.`,
  );
  await runNode(copyFile, { source_path, dest_path, overwrite: true });
  expect(text('sub/b.txt')).toBe('newer');
  expect(await failureOf(copyFile, { source_path: at('none'), dest_path })).toBe(
    `Cannot copy '${at('none')}': there is no such file.`,
  );
});

test('move-file moves, and replaces an existing file only with overwrite', async () => {
  const [source_path, dest_path] = [put('a.txt', 'a'), at('sub', 'b.txt')];
  expect((await runNode(moveFile, { source_path, dest_path })).outputs).toEqual({ moved: dest_path });
  expect(existsSync(source_path)).toBe(false);
  put('a.txt', 'newer');
  expect(await failureOf(moveFile, { source_path, dest_path })).toBe(
    `Cannot move '${source_path}' to '${dest_path}': it exists already.`,
  );
  await runNode(moveFile, { source_path, dest_path, overwrite: true });
  expect(text('sub/b.txt')).toBe('newer');
  expect(await failureOf(moveFile, { source_path, dest_path })).toBe(
    `Cannot move '${source_path}': there is no such file.`,
  );
  expect(await failureOf(moveFile, { source_path: at('sub'), dest_path: at('dir') })).toContain(
    'it is a directory.',
  );
});

test('move-file onto the same path leaves the file unchanged', async () => {
  const path = put('a.txt', 'a');
  await runNode(moveFile, { source_path: path, dest_path: path });
  expect(text('a.txt')).toBe('a');
});

test('delete-file deletes only if confirm_delete in the store is true', async () => {
  const file_path = put('a.txt', 'a');
  const refusal = `Deleting '${file_path}' is not confirmed: 'confirm_delete' in the store is not true.`;
  expect(await failureOf(deleteFile, { file_path })).toBe(refusal);
  expect(await failureOf(deleteFile, { file_path, confirm_delete: true })).toBe(refusal);
  expect(await failureOf(deleteFile, { file_path }, { store: { confirm_delete: 'true' } })).toBe(refusal);
  expect(existsSync(file_path)).toBe(true);
  const { outputs } = await runNode(deleteFile, { file_path }, { store: { confirm_delete: true } });
  expect(outputs['deleted']).toBe(file_path);
  expect(existsSync(file_path)).toBe(false);
});

test('delete-file treats a missing file as deleted and rejects a directory', async () => {
  const store = { confirm_delete: true };
  expect((await runNode(deleteFile, { file_path: at('none') }, { store })).logs).toEqual([
    `warning: There was no file '${at('none')}'.`,
  ]);
  expect(await failureOf(deleteFile, { file_path: root }, { store })).toBe(
    `Cannot delete '${root}': it is a directory.`,
  );
});

const listed = async (params: Record<string, unknown>) => {
  const { outputs } = await runNode(listFiles, { directory: root, ...params });
  const files = outputs['files'] as string[];
  expect(outputs['count']).toBe(files.length);
  return files.map((file) => relative(root, file));
};

test('list-files lists by pattern in sorted order, with or without sub-directories', async () => {
  for (const name of ['b.md', 'a.md', 'c.txt', '.hidden.md', 'sub/d.md', 'sub/deep/e.md', '.git/f.md'])
    put(name, '');
  mkdirSync(at('dir.md'));
  expect(await listed({})).toEqual(['a.md', 'b.md', 'c.txt']);
  expect(await listed({ pattern: '*.md' })).toEqual(['a.md', 'b.md']);
  expect(await listed({ pattern: '*.{md,txt}' })).toEqual(['a.md', 'b.md', 'c.txt']);
  expect(await listed({ pattern: '.*' })).toEqual(['.hidden.md']);
  expect(await listed({ pattern: '[ab].??' })).toEqual(['a.md', 'b.md']);
  expect(await listed({ pattern: '*.md', recursive: true })).toEqual([
    'a.md',
    'b.md',
    'sub/d.md',
    'sub/deep/e.md',
  ]);
  expect(await listed({ pattern: '**/*.md' })).toEqual(['a.md', 'b.md', 'sub/d.md', 'sub/deep/e.md']);
  expect(await listed({ pattern: 'sub/*.md' })).toEqual(['sub/d.md']);
  expect(await listed({ pattern: 'sub/**' })).toEqual(['sub/d.md', 'sub/deep/e.md']);
  expect(await listed({ pattern: '*.none' })).toEqual([]);
});

test('list-files follows links to files but not to directories, and its paths start with the given directory', async () => {
  put('sub/a.md', '');
  symlinkSync(at('sub', 'a.md'), at('link.md'));
  symlinkSync(at('sub'), at('loop'));
  symlinkSync(at('nowhere'), at('broken.md'));
  expect(lstatSync(at('link.md')).isSymbolicLink()).toBe(true);
  expect(await listed({ pattern: '*.md', recursive: true })).toEqual(['link.md', 'sub/a.md']);
  const directory = relative(process.cwd(), root);
  expect((await runNode(listFiles, { directory, pattern: 'link.md' })).outputs['files']).toEqual([
    join(directory, 'link.md'),
  ]);
});

test('list-files of a missing directory is an error', async () => {
  expect(await failureOf(listFiles, { directory: at('none') })).toBe(
    `Cannot list '${at('none')}': there is no such file.`,
  );
});
