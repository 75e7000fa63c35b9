import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readBytes, writeBytes } from '../../src/lib/pipe-files.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-pipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
function makePipe(): string {
  const path = join(folder, `pipe-${made++}`);
  execFileSync('mkfifo', [path]);
  return path;
}

test('a pipe is read until its writer closes it', async () => {
  const path = makePipe();
  const read = readBytes(path);
  spawn('sh', ['-c', 'for part in one two; do echo $part; done > "$0"', path]);
  expect(String(await read)).toBe('one\ntwo\n');
});

test('an abort ends the reading of a pipe that no program writes to', async () => {
  const controller = new AbortController();
  const read = readBytes(makePipe(), controller.signal);
  setImmediate(() => controller.abort(new Error('stopped')));
  await expect(read).rejects.toThrow(/stopped|aborted/);
});

test('a pipe that no program reads is an error, and with a reader the bytes are sent', async () => {
  const path = makePipe();
  await expect(writeBytes(path, Buffer.from('lost'))).rejects.toMatchObject({ code: 'ENXIO' });
  const read = readBytes(path);
  await expect
    .poll(() =>
      writeBytes(path, Buffer.from('sent')).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  expect(String(await read)).toBe('sent');
});

test('ordinary files are replaced and extended', async () => {
  const path = join(folder, 'plain.txt');
  await writeBytes(path, Buffer.from('a'));
  await writeBytes(path, Buffer.from('b'), { append: true });
  expect(String(await readBytes(path))).toBe('ab');
  expect(readFileSync(path, 'utf8')).toBe('ab');
});
