import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { isWriterGone, getPidSpace } from '../../../src/trace/write/writer-process.js';

const writer = (pid: number) => ({ pid, pidSpace: getPidSpace() });

test('a running process is not gone, and one that never existed is', () => {
  expect(isWriterGone(writer(process.pid), 0)).toBe(false);
  expect(isWriterGone(writer(2 ** 22 + 1), 0)).toBe(true);
  expect(isWriterGone({ pid: 0 }, 0)).toBe(true);
});

test.runIf(process.platform === 'linux')('a zombie process is gone', async () => {
  // The shell is replaced by a program that never waits for the child it inherited.
  const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$; read line" & exec sleep 60'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  const pid = Number(line);
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
  expect(isWriterGone(writer(pid), 0)).toBe(true);
});
