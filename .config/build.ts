import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** What the CommonJS packages in the bundle expect to find. */
const commonJs = `
import { createRequire as pflowCreateRequire } from 'node:module';
import { fileURLToPath as pflowFileURLToPath } from 'node:url';
const require = pflowCreateRequire(import.meta.url);
const __filename = pflowFileURLToPath(import.meta.url);
const __dirname = pflowFileURLToPath(new URL('.', import.meta.url));
`;

/** Gives `await import()` of a CommonJS package its named exports, as Node does: esbuild would give `default` alone. */
const namedExports: Plugin = {
  name: 'named-exports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(tiktoken|@mozilla\/readability)$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'named-exports' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'named-exports' }, ({ path }) => {
      const names = Object.keys(require(path) as object).join(', ');
      return { contents: `import all from '${path}'; export const { ${names} } = all;`, resolveDir: root };
    });
  },
};

/** Ink's connection to the React devtools stays at home, with the package it needs. */
const noDevtools: Plugin = {
  name: 'no-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/devtools\.js$/ }, ({ path }) => ({ path, namespace: 'no-devtools' }));
    onLoad({ filter: /.*/, namespace: 'no-devtools' }, () => ({ contents: '' }));
  },
};

const { outputFiles } = await build({
  absWorkingDir: root,
  // The module hooks run in a thread of their own, which begins with a file.
  entryPoints: {
    main: 'src/main.ts',
    index: 'src/index.ts',
    'module-hooks': 'src/nodes/custom/module-hooks.ts',
  },
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // React is several times slower in development. An environment variable would also reach the commands that workflows run.
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [namedExports, noDevtools],
  banner: { js: commonJs },
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
}).catch(() => process.exit(1));

// Only now: a build that fails leaves the one before it as it was.
rmSync(dist, { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents, { mode: 0o755 });
}
// tiktoken looks for its WebAssembly beside its own code, which is a chunk now.
copyFileSync(require.resolve('tiktoken/tiktoken_bg.wasm'), join(dist, 'chunks', 'tiktoken_bg.wasm'));
cpSync(join(root, 'src/workflow/shipped'), join(dist, 'workflows'), { recursive: true });
cpSync(join(root, 'src/help'), join(dist, 'help'), { recursive: true });
