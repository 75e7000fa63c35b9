/** esbuild plugins that fit third-party packages into the bundle. */
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { listAnchoredPatterns } from '../../src/trace/redact/formats/format-rows.js';
import { packPairs, packReferences, parseRanks } from './ranks.js';

const require = createRequire(import.meta.url);

/**
 * Replaces modules that no code path reaches: Ink's connection to the React devtools, the AI SDK's own gateway with its
 * sign-in, OpenTelemetry, whose spans the AI SDK makes only when asked for them, and zod's messages in other languages.
 */
export const leftOut: Plugin = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(\.\/devtools\.js|@ai-sdk\/gateway|@opentelemetry\/api)$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: replacements[path]! }));
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

const replacements: Readonly<Record<string, string>> = {
  './devtools.js': '',
  '@ai-sdk/gateway': `
    export const gateway = undefined;
    export const createGateway = undefined;
    export class GatewayError extends Error { static isInstance() { return false; } }
    export class GatewayAuthenticationError extends GatewayError {}`,
  '@opentelemetry/api': `
    export const SpanStatusCode = { UNSET: 0, OK: 1, ERROR: 2 };
    export const context = { active: () => undefined, with: (_, work) => work() };
    export const trace = { getTracer: () => undefined };`,
};

/**
 * Makes the start of a command and the first frame of Ink cheaper. Its layout engine instantiates its WebAssembly, which is in the
 * bundle, through `fetch` of a data URL, for which Node loads all of undici; measuring any text compiles a pattern of all emoji,
 * although the screen gives Ink only single cells: together that was 110 of 540 ms CPU. Each copy of string-width creates a segmenter
 * when it is loaded, which takes 14 ms.
 */
export const cheaperStart: Plugin = {
  name: 'cheaper-start',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: replaceIn(path, 2, '"function"!=typeof fetch', 'true'),
    }));
    onLoad({ filter: /string-width[\\/]index\.js$/ }, ({ path }) => ({
      contents: replaceIn(
        path,
        1,
        'const segmenter = new Intl.Segmenter();',
        'let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };',
      ).replace(
        /export default function stringWidth\((\w+), options = \{\}\) \{/,
        `$&
          // ASCII and the private use area, in which the marks of lines are.
          if (typeof $1 === 'string' && /^[\\u0020-\\u007e\\ue000-\\uf8ff]$$/.test($1)) return 1;`,
      ),
    }));
  },
};

/** The text of a file with a passage replaced, which must occur `count` times: a new version of the package may have changed it. */
function replaceIn(path: string, count: number, from: string, to: string): string {
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== count + 1) throw new Error(`${path} has ${parts.length - 1} of ${from}`);
  return parts.join(to);
}

/**
 * Ships tiktoken's lite WebAssembly and the ranks compressed, as files beside the code: they are read when first needed. Every
 * file that the bundle refers to is added to `files`, by its path in dist. Full compression takes ten seconds.
 */
export function compressedTokenizer(files: Map<string, Uint8Array>, isFull: boolean): Plugin {
  return {
    name: 'compressed-tokenizer',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^tiktoken\/(lite|encoders\/\w+\.json)$/ }, ({ path }) => ({
        path,
        namespace: 'compressed-tokenizer',
      }));
      onLoad({ filter: /.*/, namespace: 'compressed-tokenizer' }, ({ path }) => {
        const isWasm = path === 'tiktoken/lite';
        const name = isWasm ? 'tiktoken_bg.wasm' : basename(path, '.json');
        const data = isWasm ? readFileSync(require.resolve(`${path}/${name}`)) : packRanks(name);
        files.set(tokenizerFile(name), compress(data, isFull));
        const contents = isWasm ? wasmModule(tokenizerFile(name)) : ranksModule(name);
        return { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) };
      });
    },
  };
}

/**
 * Puts the text of the files that ship into the bundle, in place of the module `path` that reads them from the project: a program
 * that bundles pflow finds no file of it.
 */
export function inlinedFiles(root: string, path: string): Plugin {
  return {
    name: 'inlined-files',
    setup({ onLoad }) {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
      // By itself: every command needs the version, and few need the prices.
      onLoad({ filter: /lib[\\/]version\.ts$/ }, (file) =>
        file.path === join(root, 'src/lib/version.ts')
          ? { contents: `export const pflowVersion = () => ${JSON.stringify(version)};` }
          : undefined,
      );
      onLoad({ filter: /shipped-files\.ts$/ }, (file) => {
        if (file.path !== path) return undefined;
        const prices: unknown = JSON.parse(readFileSync(join(root, 'pricing.default.json'), 'utf8'));
        const folder = join(root, 'src/workflow/shipped');
        const workflows = Object.fromEntries(
          readdirSync(folder).map((name) => [
            name.slice(0, -'.json'.length),
            readFileSync(join(folder, name), 'utf8'),
          ]),
        );
        const files = {
          'package.json': JSON.stringify({ version }),
          'pricing.default.json': JSON.stringify(prices),
        };
        const contents = `
          const files = ${JSON.stringify(files)};
          const workflows = ${JSON.stringify(workflows)};
          export const readShippedFile = (name) => files[name];
          export const listShippedWorkflows = () => Object.keys(workflows);
          export const readShippedWorkflow = (name) => workflows[name];`;
        return { contents };
      });
    },
  };
}

/** Puts the formats of secrets into the bundle as a list with the characters that each is found by, in place of the module that chooses them. */
export const listedFormats: Plugin = {
  name: 'listed-formats',
  setup({ onLoad }) {
    onLoad({ filter: /redact[\\/]formats[\\/]format-rows\.ts$/ }, () => {
      const list = JSON.stringify(JSON.stringify(listAnchoredPatterns()));
      return { contents: `export const listAnchoredPatterns = () => JSON.parse(${list});` };
    });
  },
};

/**
 * Puts the programs of isolated tasks into the bundle as compressed text, each with the packages that it imports, in place
 * of the module `path` that compiles them in development. `metafiles` receives what they contain.
 */
export function bundledTasks(root: string, metafiles: Metafile[]): Plugin {
  const folder = join(root, 'src/nodes/isolated');
  return {
    name: 'bundled-tasks',
    setup({ onLoad }) {
      onLoad({ filter: /task-source\.ts$/ }, async () => {
        const { outputFiles, metafile } = await build({
          absWorkingDir: root,
          entryPoints: ['query-json', 'readable-text'].map((name) => join(folder, `${name}.ts`)),
          outdir: 'tasks',
          bundle: true,
          minify: true,
          format: 'cjs',
          platform: 'node',
          target: 'node20',
          legalComments: 'none',
          metafile: true,
          write: false,
        });
        metafiles.push(metafile);
        const texts = outputFiles.map(({ path, contents }) => [
          basename(path, '.js'),
          Buffer.from(compress(contents, true)).toString('base64'),
        ]);
        return {
          contents: `
            import { brotliDecompressSync } from 'node:zlib';
            const tasks = ${JSON.stringify(Object.fromEntries(texts))};
            export const readTaskSource = (task) => brotliDecompressSync(Buffer.from(tasks[task], 'base64')).toString();`,
          resolveDir: folder,
        };
      });
    },
  };
}

/**
 * Puts the script and style of the HTML report into the bundle as compressed text, in place of the module that compiles them in
 * development.
 */
export function bundledReport(root: string): Plugin {
  const folder = join(root, 'src/export/html/client');
  return {
    name: 'bundled-report',
    setup({ onLoad }) {
      onLoad({ filter: /report-assets\.ts$/ }, async () => {
        const { outputFiles } = await build({
          absWorkingDir: root,
          entryPoints: { script: join(folder, 'report-client.ts'), style: join(folder, 'report.css') },
          outdir: 'report',
          bundle: true,
          minify: true,
          format: 'iife',
          target: ['chrome110', 'firefox110', 'safari16'],
          legalComments: 'none',
          write: false,
        });
        const assets = outputFiles.map(({ path, contents }) => [
          basename(path).replace(/\.\w+$/, ''),
          Buffer.from(compress(contents, true)).toString('base64'),
        ]);
        return {
          contents: `
            import { brotliDecompressSync } from 'node:zlib';
            const assets = ${JSON.stringify(Object.fromEntries(assets))};
            const read = (name) => brotliDecompressSync(Buffer.from(assets[name], 'base64')).toString().trim();
            export const readReportAssets = () => ({ script: read('script'), style: read('style') });`,
          resolveDir: folder,
        };
      });
    },
  };
}

function wasmModule(file: string): string {
  const glue = JSON.stringify(require.resolve('tiktoken/lite/tiktoken_bg.wasm').replace('.wasm', '.js'));
  return `
    import * as glue from ${glue};
    ${READ}
    const module = new WebAssembly.Module(read('${file}'));
    glue.__wbg_set_wasm(new WebAssembly.Instance(module, { './tiktoken_bg.js': glue }).exports);
    export const { Tiktoken } = glue;`;
}

type Encoder = Readonly<{ pat_str: string; special_tokens: Record<string, number>; bpe_ranks: string }>;

/** The encoding whose tokens the files of the others refer to. */
const COMPLETE = 'o200k_base';

function readEncoder(name: string): Encoder {
  return require(`tiktoken/encoders/${name}.json`) as Encoder;
}

function packRanks(name: string): Buffer {
  const known = parseRanks(readEncoder(COMPLETE).bpe_ranks);
  return name === COMPLETE
    ? packPairs(known)
    : packReferences(parseRanks(readEncoder(name).bpe_ranks), known);
}

function ranksModule(name: string): string {
  const { bpe_ranks: _, ...rest } = readEncoder(name);
  const known = `unpackPairs(read('${tokenizerFile(COMPLETE)}'))`;
  const tokens = name === COMPLETE ? known : `unpackReferences(read('${tokenizerFile(name)}'), ${known})`;
  return `
    import { formatRanks, unpackPairs, unpackReferences } from './ranks.ts';
    ${READ}
    export default { ...${JSON.stringify(rest)}, bpe_ranks: formatRanks(${tokens}) };`;
}

function tokenizerFile(name: string): string {
  return `tokenizer/${name}.br`;
}

// Chunks are in a folder of dist.
const READ = `
    import { readFileSync } from 'node:fs';
    import { brotliDecompressSync } from 'node:zlib';
    const read = (file) => brotliDecompressSync(readFileSync(new URL('../' + file, import.meta.url)));`;

function compress(data: Uint8Array, isFull: boolean): Uint8Array {
  return brotliCompressSync(data, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: isFull ? constants.BROTLI_MAX_QUALITY : 6,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
    },
  });
}
