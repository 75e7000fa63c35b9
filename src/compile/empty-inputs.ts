/** Finds which nodes left the values empty that a failed node was given, and what those nodes printed as errors. */
import { isBlank } from '../lib/data/blank.js';
import type { Shared } from '../runtime/contract/runnable.js';
import { findRoot, isNamespace } from '../runtime/store/store.js';
import type { WorkflowNode } from '../workflow/format/ir.js';
import { compileTemplate, followPath, type TemplateRef } from '../workflow/format/template.js';

/** How much of a node's stderr is quoted: its last lines, and characters of them. */
const MOST_LINES = 3;
const MOST_CHARACTERS = 400;

/**
 * A function that explains a failure of the node by the empty outputs of other nodes that it refers to, in sentences;
 * undefined if none of them was empty. An empty value is often the first visible effect of an earlier error.
 */
export function createFailureHint({
  id,
  params,
  batch,
}: Pick<WorkflowNode, 'id' | 'params' | 'batch'>): (shared: Shared) => string | undefined {
  let references: readonly TemplateRef[] | undefined;
  return (shared) => {
    references ??= compileTemplate([params, batch?.items]).references;
    const root = findRoot(shared);
    const hints = new Map<string, string>();
    for (const { text, path } of references) {
      const [node, output, ...rest] = path;
      const written = root[String(node)];
      if (output === undefined || node === id || !isNamespace(written)) continue;
      if (!Object.hasOwn(written, output)) continue;
      const value = written[String(output)];
      const found = isBlank(value) ? undefined : followPath(value, rest);
      if (found && !(found.found && isBlank(found.value))) continue;
      hints.set(text, describeEmpty(text, String(node), written['stderr']));
    }
    return hints.size > 0 ? [...hints.values()].join(' ') : undefined;
  };
}

function describeEmpty(text: string, node: string, stderr: unknown): string {
  const left = `Node '${node}' left ${text} empty`;
  const printed = typeof stderr === 'string' ? excerptEnd(stderr) : '';
  return printed === '' ? `${left}.` : `${left} and printed to stderr: ${printed}`;
}

function excerptEnd(stderr: string): string {
  // Only the end is split: a command may have printed megabytes.
  const end = stderr.slice(-4096).trim().split(/\r?\n/).slice(-MOST_LINES).join(' ⏎ ');
  return end.length > MOST_CHARACTERS ? `…${end.slice(-MOST_CHARACTERS)}` : end;
}
