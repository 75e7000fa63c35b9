/** Runs `npm audit` and fails on advisories about packages that are in the bundle: `npm run audit`, after a build. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { listBundledFolders } from './build/notices.js';

type Advisory = { title?: string; url?: string };
type Report = {
  vulnerabilities?: Record<
    string,
    { name: string; severity: string; nodes: string[]; via: (string | Advisory)[] }
  >;
};

const root = fileURLToPath(new URL('..', import.meta.url));
const metafile = JSON.parse(readFileSync(join(root, 'dist', 'metafile.json'), 'utf8')) as Metafile;
const bundled = listBundledFolders(root, metafile);
const [file] = process.argv.slice(2);
const { vulnerabilities } = JSON.parse(file === undefined ? audit() : readFileSync(file, 'utf8')) as Report;
if (!vulnerabilities) {
  console.error('npm audit gave no report.');
  process.exit(2);
}

// What else is installed here is for development: users of the package never have it.
const found = Object.values(vulnerabilities).filter(({ nodes }) => nodes.some((node) => bundled.has(node)));
for (const { name, severity, via } of found) {
  const reasons = via.map((each) => (typeof each === 'string' ? each : `${each.title} ${each.url}`));
  console.error(`${name}: ${severity}: ${reasons.join('; ')}`);
}
console.log(`${bundled.size} bundled packages, ${found.length} with advisories.`);
process.exitCode = found.length > 0 ? 1 : 0;

function audit(): string {
  const { stdout } = spawnSync('npm', ['audit', '--json'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 1 << 26,
  });
  return stdout;
}
