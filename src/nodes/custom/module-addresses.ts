/** The addresses of pflow's own modules, for files of custom nodes that import them. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { packageFile } from '../../lib/package-file.js';

/** `pflow-package:<name>?from=<url>` imports the package as a module at that address would find it. */
export const PACKAGE_SCHEME = 'pflow-package:';

const isSource = import.meta.url.endsWith('.ts');
const libraryPath = isSource ? packageFile('src', 'index.ts') : packageFile('dist', 'index.js');

/** This very pflow as a library. */
export const libraryUrl = pathToFileURL(libraryPath).href;

/** pflow's own zod, for node files where none is installed beside pflow. */
export const zodUrl = isSource
  ? import.meta.resolve('zod')
  : pathToFileURL(packageFile('dist', 'zod.js')).href;

/** The module hooks as a file of their own, for a Node that runs them in a thread of their own. */
export const hooksUrl = pathToFileURL(
  isSource
    ? packageFile('src', 'nodes', 'custom', 'module-hooks.ts')
    : packageFile('dist', 'module-hooks.js'),
).href;

/** Whether pflow's own files are where it was installed. They are not once another program's build has bundled pflow. */
export function hasOwnFiles(): boolean {
  return existsSync(libraryPath);
}
