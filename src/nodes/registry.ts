import { PflowError } from '../lib/error.js';
import { code } from './code.js';
import { copyFile } from './copy-file.js';
import { deleteFile } from './delete-file.js';
import { echo } from './echo.js';
import { gitDiff } from './git-diff.js';
import { gitLog } from './git-log.js';
import { http } from './http.js';
import { jsonQuery } from './json-query.js';
import { listFiles } from './list-files.js';
import { llm } from './llm.js';
import { moveFile } from './move-file.js';
import type { NodeType } from './node-type.js';
import { readFile } from './read-file.js';
import { shell } from './shell.js';
import { splitText } from './split-text.js';
import { testRetry } from './test-retry.js';
import { testStructured } from './test-structured.js';
import { test } from './test.js';
import { workflow } from './workflow.js';
import { writeFile } from './write-file.js';

/** The node types that come with pflow, in the order in which they are listed. */
export const builtinTypes: readonly NodeType[] = [
  readFile,
  writeFile,
  copyFile,
  moveFile,
  deleteFile,
  listFiles,
  http,
  shell,
  gitLog,
  gitDiff,
  llm,
  code,
  jsonQuery,
  splitText,
  workflow,
  echo,
  test,
  testRetry,
  testStructured,
];

/** The node types that workflows may use. It is what validation takes as its catalogue. */
export interface Registry {
  get(type: string): NodeType | undefined;
  list(): NodeType[];
  types(): string[];
}

/** A registry of these types: the built-in ones unless said otherwise. Two types of one name are an error. */
export function createRegistry(types: readonly NodeType[] = builtinTypes): Registry {
  const byName = new Map<string, NodeType>();
  for (const each of types) {
    if (byName.has(each.type))
      throw new PflowError('usage', `There are two node types named '${each.type}'.`);
    byName.set(each.type, each);
  }
  return {
    get: (type) => byName.get(type),
    list: () => [...byName.values()],
    types: () => [...byName.keys()],
  };
}
