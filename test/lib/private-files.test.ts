import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makePrivateFolder, writeAtomically } from '../../src/lib/private-files.js';

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'pflow-files-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a folder is created with its parents for its owner only, and creating it twice is not an error', () => {
  const path = join(folder(), 'a', 'b', 'c');
  makePrivateFolder(path);
  makePrivateFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
  expect(process.platform === 'win32' || (statSync(path).mode & 0o777) === 0o700).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'creating a folder where none is possible fails without retrying endlessly',
  () => {
    expect(() => makePrivateFolder('/proc/nope/deeper')).toThrow('ENOENT');
  },
);

test('a file is replaced atomically, also through a symbolic link, and a failure leaves no temporary file', () => {
  const place = folder();
  const file = join(place, 'real.json');
  writeFileSync(file, 'before');
  symlinkSync(file, join(place, 'link.json'));
  writeAtomically(join(place, 'link.json'), 'after');
  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(readdirSync(place)).toEqual(['link.json', 'real.json']);
  makePrivateFolder(join(place, 'taken', 'inside'));
  expect(() => writeAtomically(join(place, 'taken'), 'text')).toThrow();
  expect(readdirSync(place)).toEqual(['link.json', 'real.json', 'taken']);
});
