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

test('a folder is created with its parents, for its owner only, and twice without an error', () => {
  const path = join(folder(), 'a', 'b', 'c');
  makePrivateFolder(path);
  makePrivateFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
  expect(process.platform === 'win32' || (statSync(path).mode & 0o777) === 0o700).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'where no folder can be made it fails, instead of trying for ever',
  () => {
    expect(() => makePrivateFolder('/proc/nope/deeper')).toThrow('ENOENT');
  },
);

test('a file is replaced in one step, through a symbolic link too, and a failure leaves no draft', () => {
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
