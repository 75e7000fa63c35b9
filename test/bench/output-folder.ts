/** The folder that the benchmark writes to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const outputFolder = join('.bench', 'out');
mkdirSync(outputFolder, { recursive: true });
