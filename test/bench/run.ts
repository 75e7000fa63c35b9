import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

// The entry point of the benchmark: bundles it like the product (running TypeScript directly slows every
// closure) and runs it in a separate process.

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.bench');
await build({
  entryPoints: ['main.ts', 'contestant.ts', 'outside-program.ts', 'sink-server.ts', 'open-trace.ts'].map(
    (file) => join(import.meta.dirname, file),
  ),
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
const args = ['--expose-gc', join(folder, 'main.mjs'), ...process.argv.slice(2)];
spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }).on('exit', (code) => {
  process.exitCode = code ?? 1;
});
