/** URLs of pflow's modules for custom nodes to import. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { packageFile } from '../../lib/package-file.js';

/** `pflow-package:<name>?from=<url>` imports a package as resolved from that URL. */
export const PACKAGE_SCHEME = 'pflow-package:';

const isSource = import.meta.url.endsWith('.ts');
const libraryPath = isSource ? packageFile('src', 'index.ts') : packageFile('dist', 'index.js');

/** This installation of pflow as a library. */
export const libraryUrl = pathToFileURL(libraryPath).href;

/** pflow's zod, for node files without a zod of their own. */
export const zodUrl = isSource
  ? import.meta.resolve('zod')
  : pathToFileURL(packageFile('dist', 'zod.js')).href;

/** The module hooks as a file, for Node versions that run them in a separate thread. */
export const hooksUrl = pathToFileURL(
  isSource
    ? packageFile('src', 'nodes', 'custom', 'module-hooks.ts')
    : packageFile('dist', 'module-hooks.js'),
).href;

/** Whether pflow's own files are where it was installed. They are not once another program's build has bundled pflow. */
export function hasOwnFiles(): boolean {
  return existsSync(libraryPath);
}
