import { pathToFileURL } from 'node:url';
import { packageFile } from '../../lib/package-file.js';

/** `pflow-package:<name>?from=<url>` imports the package as a module at that address would find it. */
export const PACKAGE_SCHEME = 'pflow-package:';

const isSource = import.meta.url.endsWith('.ts');

/** This very pflow as a library. */
export const libraryUrl = pathToFileURL(
  isSource ? packageFile('src', 'index.ts') : packageFile('dist', 'index.js'),
).href;

/** The module hooks as a file of their own, for a Node that runs them in a thread of their own. */
export const hooksUrl = pathToFileURL(
  isSource ? packageFile('src', 'nodes', 'own', 'module-hooks.ts') : packageFile('dist', 'module-hooks.js'),
).href;
