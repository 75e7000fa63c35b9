/** Writes dist/index.d.ts: the declarations of the library in one file, from those that TypeScript emits for every module. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const emitted = join(root, 'dist', 'declarations');

runBin('../../package.json', 'typescript', 'bin/tsc', ['-p', '.config/tsconfig.types.json']);
// Its messages are about a TypeScript newer than its own, or ask for exports that the library keeps to itself.
runBin('package.json', '@microsoft/api-extractor', 'bin/api-extractor', [
  'run',
  '--local',
  '--config',
  '.config/declarations/api-extractor.json',
]);
rmSync(emitted, { recursive: true, force: true });

function runBin(manifest: string, name: string, bin: string, args: readonly string[]): void {
  const { resolve } = createRequire(new URL(manifest, import.meta.url));
  const path = join(resolve(`${name}/package.json`), '..', bin);
  try {
    execFileSync(process.execPath, [path, ...args], { cwd: root, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    console.error(`${String(stdout)}${String(stderr)}`);
    process.exit(1);
  }
}
