/** Module hooks: TypeScript, and imports of pflow and zod. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from 'sucrase';
import { libraryUrl, PACKAGE_SCHEME, zodUrl } from './module-addresses.js';

/** The module hooks. They return values and promises alike, so that they work in this thread and in a hooks thread. */
type ResolveContext = { parentURL?: string | undefined };
type NextResolve<R> = (specifier: string, context?: ResolveContext) => R;
type LoadContext = { format?: string | null | undefined };
type NextLoad<R> = (url: string, context?: LoadContext) => R;

/** Resolves imports: 'pflow-profiler', 'pflow' and 'zod' to this installation, and extensionless paths to TypeScript files. */
export function resolve<R>(
  specifier: string,
  context: ResolveContext,
  next: NextResolve<R>,
): R | { url: string; shortCircuit: true } {
  if (specifier.startsWith(PACKAGE_SCHEME)) {
    const { pathname, searchParams } = new URL(specifier);
    return next(decodeURIComponent(pathname), {
      ...context,
      parentURL: searchParams.get('from') ?? undefined,
    });
  }
  if (specifier === 'pflow-profiler' || specifier === 'pflow') return { url: libraryUrl, shortCircuit: true };
  const { parentURL } = context;
  if (!parentURL?.startsWith('file:') || isInstalled(parentURL)) return next(specifier, context);
  // With a different copy of zod, schemas of a node file would not be recognized.
  if (specifier === 'zod' || specifier.startsWith('zod/')) {
    if (!isZodInstalled() && /^zod(\/v4)?$/.test(specifier)) return { url: zodUrl, shortCircuit: true };
    return next(specifier, { ...context, parentURL: libraryUrl });
  }
  const found = /^\.{1,2}\//.test(specifier) ? sourceFile(new URL(specifier, parentURL)) : undefined;
  return found ? { url: found.href, shortCircuit: true } : next(specifier, context);
}

/** Loads modules: strips types from TypeScript, and accepts ES modules without a package.json. */
export function load<R>(
  url: string,
  context: LoadContext,
  next: NextLoad<R>,
): R | { format: 'module'; source: string; shortCircuit: true } {
  const ending = /\.(?:[mc]?ts|js)(?=$|\?)/.exec(url)?.[0];
  if (ending === undefined || !url.startsWith('file:') || isInstalled(url)) return next(url, context);
  if (ending === '.js' && context.format === 'module') return next(url, context);
  const path = fileURLToPath(url);
  const text = readFileSync(path, 'utf8');
  if (ending === '.js' && !ESM.test(text)) return next(url, context);
  const source =
    ending === '.js'
      ? text
      : transform(text, { transforms: ['typescript'], disableESTransforms: true, filePath: path }).code;
  return { format: 'module', source, shortCircuit: true };
}

const ESM = /^\s*(?:import\b(?!\s*\()|export\b)/m;

let zodIsInstalled: boolean | undefined;

/** Whether the peer `zod` is resolvable. Not every package manager installs peers. */
function isZodInstalled(): boolean {
  if (zodIsInstalled === undefined) {
    try {
      createRequire(libraryUrl).resolve('zod');
      zodIsInstalled = true;
    } catch {
      zodIsInstalled = false;
    }
  }
  return zodIsInstalled;
}

function isInstalled(url: string): boolean {
  return url.includes('/node_modules/');
}

/** The TypeScript file of an import without one: `./a.js` and `./a` may be a.ts. */
function sourceFile(url: URL): URL | undefined {
  if (existsSync(url) && /\.\w+$/.test(url.pathname)) return undefined;
  const { href } = url;
  const candidates = [
    href.replace(/\.([mc]?)js$/, '.$1ts'),
    ...['.ts', '.js', '.mjs', '/index.ts', '/index.js'].map((ending) => href + ending),
  ];
  return candidates.map((each) => new URL(each)).find((each) => each.href !== href && existsSync(each));
}
