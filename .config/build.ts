/** Bundles pflow into dist: the command, the library, and the files beside them. `--publish` compresses as far as it goes. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { z } from 'zod';
import { workflowSchema } from '../src/workflow/format/ir.js';
import { formatBillOfMaterials, formatNotices, listBundledPackages } from './build/notices.js';
import { groupedChunks } from './build/chunk-groups.js';
import { starts } from './build/starts.js';
import {
  bundledReport,
  bundledTasks,
  cheaperStart,
  compressedTokenizer,
  inlinedFiles,
  listedFormats,
  leftOut,
} from './build/plugins.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const isForPublishing = process.argv.includes('--publish');

/** What the CommonJS packages in the bundle expect to find. A user's bundle that is itself CommonJS has no import.meta.url. */
const commonJs = `
import { createRequire as pflowCreateRequire } from 'node:module';
import { fileURLToPath as pflowFileURLToPath, pathToFileURL as pflowPathToFileURL } from 'node:url';
const pflowUrl = import.meta.url || pflowPathToFileURL(process.cwd() + '/bundle.cjs').href;
const require = pflowCreateRequire(pflowUrl);
const __filename = pflowFileURLToPath(pflowUrl);
const __dirname = pflowFileURLToPath(new URL('.', pflowUrl));
`;

const taskFiles: Metafile[] = [];
const dataFiles = new Map<string, Uint8Array>();
/** The tap loads standalone into any Node from 18 on. CommonJS: `--import` takes it, and so does `--require` in a thread that evaluates text. */
const tap = await build({
  absWorkingDir: root,
  entryPoints: { tap: 'src/tap/standalone.ts' },
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: ['es2020', 'node18'],
  define: { 'import.meta.url': 'pflowTapUrl' },
  banner: { js: `const pflowTapUrl = require('node:url').pathToFileURL(__filename).href;` },
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
}).catch(() => process.exit(1));

const entryPoints = {
  main: 'src/main.ts',
  index: 'src/index.ts',
  // The module hooks run in a thread of their own, which begins with a file.
  'module-hooks': 'src/nodes/custom/module-hooks.ts',
  // A thread of its own too.
  'log-worker': 'src/cli/spending/log-worker.ts',
  // For files of custom nodes where the peer is not installed.
  zod: 'zod',
};

const shippedFiles = inlinedFiles(root, join(root, 'src/lib/shipped-files.ts'));
const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // esbuild does not read tsconfig.json for files that a plugin has resolved.
  jsx: 'automatic',
  // React is several times slower in development. An environment variable would also reach the commands that workflows run.
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [
    await groupedChunks(root, Object.values(entryPoints), starts, shippedFiles),
    bundledTasks(root, taskFiles),
    bundledReport(root),
    listedFormats,
    leftOut,
    cheaperStart,
    compressedTokenizer(dataFiles, isForPublishing),
    shippedFiles,
  ],
  banner: { js: commonJs },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
}).catch(() => process.exit(1));

// Only now: a build that fails leaves the one before it as it was.
rmSync(dist, { recursive: true, force: true });
for (const { path, contents, text } of [...outputFiles, ...tap.outputFiles]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, needsCommonJs(text) ? contents : text.replace(commonJs, ''), { mode: 0o755 });
}
for (const [path, contents] of dataFiles) write(path, contents);
cpSync(join(root, 'src/workflow/shipped'), join(dist, 'workflows'), { recursive: true });
cpSync(join(root, 'src/help'), join(dist, 'help'), { recursive: true });
write('workflow.schema.json', formatWorkflowSchema());
writeNotices(withTasks(metafile));

/** Whether a chunk uses a name of CommonJS. Most do not, and would take 150 bytes and 20 µs each for them. */
function needsCommonJs(code: string): boolean {
  return /\b(?:require|__filename|__dirname)\b/.test(code.replace(commonJs, ''));
}

/** What the bundle contains, including the programs that it holds as text. */
function withTasks(meta: Metafile): Metafile {
  const all = [meta, ...taskFiles];
  return {
    inputs: Object.assign({}, ...all.map(({ inputs }) => inputs)) as Metafile['inputs'],
    outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)) as Metafile['outputs'],
  };
}

function writeNotices(meta: Metafile): void {
  const product = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const packages = listBundledPackages(root, meta);
  write('THIRD_PARTY_LICENSES.txt', formatNotices(packages));
  write('sbom.cdx.json', formatBillOfMaterials(root, packages, product));
  // For the tests and for `npm run audit`; the package leaves it out.
  write('metafile.json', JSON.stringify(meta));
}

/** The format of workflow files, for editors: what a person writes, so every field with a default may be absent. */
function formatWorkflowSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(workflowSchema, { io: 'input' });
  const about = { $schema, title: 'pflow workflow', description: 'A workflow in the pflow format 0.1.0.' };
  return `${JSON.stringify({ ...about, ...schema }, null, 2)}\n`;
}

function write(path: string, contents: string | Uint8Array): void {
  const target = join(dist, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, contents);
}
