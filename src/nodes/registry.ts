/** The registry of node types. */

import { PflowError } from '../lib/error.js';
import { code } from './code/code-node.js';
import { copyFile } from './files/copy-file.js';
import { deleteFile } from './files/delete-file.js';
import { echo } from './testing/echo.js';
import { gitDiff } from './commands/git-diff.js';
import { gitLog } from './commands/git-log.js';
import { http } from './http/http-node.js';
import { jsonQuery } from './text/json-query.js';
import { listFiles } from './files/list-files.js';
import { llm } from './text/llm-node.js';
import { moveFile } from './files/move-file.js';
import type { NodeType } from './definition/node-type.js';
import { readFile } from './files/read-file.js';
import { shell } from './commands/shell.js';
import { splitText } from './text/split-text.js';
import { testRetry } from './testing/test-retry.js';
import { testStructured } from './testing/test-structured.js';
import { test } from './testing/test-node.js';
import { workflow } from './nested/workflow-node.js';
import { writeFile } from './files/write-file.js';

/** The built-in node types, in display order. */
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

/** The node types available to workflows; the catalogue of validation. */
export interface Registry {
  get(type: string): NodeType | undefined;
  list(): NodeType[];
  types(): string[];
  /** Why a type that is not here may exist all the same; undefined if it does not. */
  unchecked?(type: string): string | undefined;
  /** Where a type that exists is excluded; undefined if it is not. */
  denied?(type: string): string | undefined;
}

/** Creates a registry, by default of the built-in types. Duplicate names are an error. */
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
