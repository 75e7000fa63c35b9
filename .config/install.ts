/** Installs the packages of a folder that has a package.json of its own: `tsx .config/install.ts test/peers`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const name of process.argv.slice(2)) {
  const folder = join(root, name);
  const modules = join(folder, 'node_modules');
  const stamp = join(modules, '.lock-hash');
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
    console.log(`Installing ${name} …`);
    npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], folder);
    writeFileSync(stamp, hash);
  }
  if (name === 'test/peers') link(modules, join(dirname(folder), 'node_modules'));
}

/** Lets every file under test/ import the peers by name: Node looks for packages in `test/node_modules`. */
function link(target: string, path: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path, 'junction');
}

// npm names its own program to the scripts that it runs. Windows cannot start `npm` without a shell.
function npm(args: readonly string[], cwd: string): void {
  const program = process.env['npm_execpath'];
  if (program) execFileSync(process.execPath, [program, ...args], { cwd, stdio: 'inherit' });
  else execFileSync('npm', [...args], { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
}
