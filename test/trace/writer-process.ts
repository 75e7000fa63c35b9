import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** What the writer does: see writer-scripts.ts. */
export type WriterJob = Readonly<{
  folder: string;
  script: 'fill' | 'tick' | 'hang' | 'exit' | 'run';
  limitKb?: number;
}>;

/** An event that the writer reported as written, with the wall clock at that moment. */
export type Said = Readonly<{ seq: number; at: number }>;

const program = join(mkdtempSync(join(tmpdir(), 'pflow-writer-')), 'writer.mjs');
buildSync({
  entryPoints: [join(import.meta.dirname, 'writer-scripts.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});

/** Starts a real process that writes `trace.jsonl` into the folder. */
export function startWriter({ folder, script, limitKb }: WriterJob) {
  const command = `${limitKb === undefined ? '' : `ulimit -f ${limitKb}; `}exec "$0" "$@"`;
  const child = spawn('bash', ['-c', command, process.execPath, program, folder, script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    pid: child.pid!,
    ended,
    /** Makes a `run` writer write its next events. */
    go: () => child.stdin.write('go\n'),
    /** Resolves when the writer has printed the word. */
    heard: async (word: string): Promise<void> => {
      while (!stdout.includes(word)) await new Promise((resolve) => child.stdout.once('data', resolve));
    },
    /** Sends SIGKILL. Returns its time and the events that the writer had reported. */
    kill: async (): Promise<{ killedAt: number; said: Said[] }> => {
      const killedAt = Date.now();
      child.kill('SIGKILL');
      await ended;
      const lines = stdout.split('\n').filter((line) => /^\d+ \d+$/.test(line));
      return {
        killedAt,
        said: lines.map((line) => ({ seq: Number(line.split(' ')[0]), at: Number(line.split(' ')[1]) })),
      };
    },
    stdout: () => stdout,
  };
}

/** Runs a writer to its end. */
export async function runWriter(job: WriterJob): Promise<{ stdout: string; code: number | null }> {
  const writer = startWriter(job);
  const code = await writer.ended;
  return { stdout: writer.stdout(), code };
}
