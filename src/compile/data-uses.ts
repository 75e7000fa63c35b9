/** Finds what a node does with data from outside: the command that it makes, and paths that lead out of the working directory. */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, basename, relative } from 'node:path';
import type { Params, RunContext } from '../runtime/contract/runnable.js';
import { expandPath } from '../nodes/files/file-problem.js';
import type { WorkflowNode } from '../workflow/format/ir.js';
import { compileTemplate } from '../workflow/format/template.js';
import type { Taint } from '../workflow/taint/analyze-taint.js';

/** What a node is about to do with data: a line each, such as `runs "rm 'a b'"`. */
export type DataUse = Readonly<{ node: string; lines: readonly string[] }>;

/** Asks for consent; rejects if it is not given. */
export type Approve = (use: DataUse) => Promise<void>;

/** Parameters of the built-in types that are paths. */
const PATHS = ['file_path', 'source_path', 'dest_path', 'directory', 'working_directory', 'cwd'];

/**
 * Makes the check of a node's resolved parameters. With `approve`, the command and paths out of the
 * working directory need consent; without it such paths are logged. Undefined if the node has no parameter in which a template could matter.
 */
export function createDataCheck(
  node: WorkflowNode,
  taint: () => Taint,
  approve: Approve | undefined,
): ((params: Params, context: RunContext) => Promise<void> | undefined) | undefined {
  const names = PATHS.filter((name) => hasTemplate(node.params[name]));
  const hasCommand = approve !== undefined && node.type === 'shell' && hasTemplate(node.params['command']);
  if (names.length === 0 && !hasCommand) return undefined;
  const originOf = (name: string) =>
    compileTemplate(node.params[name])
      .references.map((ref) => taint().originOf(ref, node))
      .find((origin) => origin !== undefined);
  return (params, context) => {
    const paths = names.flatMap((name) => {
      const outside = pathOutside(params[name]);
      const origin = outside === undefined ? undefined : originOf(name);
      return origin === undefined ? [] : [`uses the path ${outside}, data from ${origin}`];
    });
    if (!approve) {
      for (const line of paths)
        context.log(`This node ${line}, outside of the working directory.`, 'warning');
      return undefined;
    }
    const command =
      hasCommand && originOf('command') !== undefined ? [`runs ${JSON.stringify(params['command'])}`] : [];
    const lines = [...command, ...paths];
    return lines.length ? approve({ node: node.id, lines }) : undefined;
  };
}

function hasTemplate(value: unknown): boolean {
  return compileTemplate(value).references.length > 0;
}

/** The absolute path if it is outside of the working directory, links resolved as far as they exist. */
function pathOutside(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const path = realPath(expandPath(value));
  const inside = relative(realPath(process.cwd()), path);
  return inside === '..' || /^\.\.[\\/]/.test(inside) || isAbsolute(inside) ? path : undefined;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}
