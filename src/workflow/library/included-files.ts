/** Inlines text files that a workflow references. */

import { isJsonObject } from '../../lib/data/json-object.js';
import { readFileSync } from 'node:fs';
import { messageOf, PflowError } from '../../lib/error.js';
import { absolutePath } from './workflow-reference.js';

/** Parameters whose text may be a separate file. */
const INCLUDED = ['prompt', 'system', 'code'];

/**
 * Inlines referenced files: `prompt: ./prompts/review.md` becomes the text of that file, relative to the workflow.
 * Throws a PflowError that names every unreadable file.
 */
export function includeFiles(
  source: Record<string, unknown>,
  folder: string,
  placeOf: (path: string) => string,
): Record<string, unknown> {
  const { nodes } = source;
  if (!Array.isArray(nodes)) return source;
  const missing: string[] = [];
  const included = nodes.map((node: unknown, i) => {
    if (!isJsonObject(node) || !isJsonObject(node['params'])) return node;
    const params = Object.entries(node['params']).map(([name, value]) => {
      if (!INCLUDED.includes(name) || !isFileName(value)) return [name, value];
      try {
        return [name, readFileSync(absolutePath(value, folder), 'utf8').trimEnd()];
      } catch (cause) {
        missing.push(`${placeOf(`nodes[${i}].params.${name}`)}: cannot read '${value}': ${reasonOf(cause)}.`);
        return [name, value];
      }
    });
    return {
      ...node,
      params: {
        ...(node['type'] === 'code' ? languageOf(node['params']) : {}),
        ...Object.fromEntries(params),
      },
    };
  });
  if (missing.length > 0) {
    throw new PflowError('invalid_workflow', missing.join('\n'), {
      hint: `Paths are resolved relative to ${folder}.`,
    });
  }
  return { ...source, nodes: included };
}

/** Whether a text is a file name rather than the content. */
function isFileName(value: unknown): value is string {
  if (typeof value !== 'string' || /[\s$]|:\/\//.test(value)) return false;
  return /^\.{1,2}\/./.test(value) || /\/.*\.(md|txt|py|js)$/i.test(value);
}

/** The language of code in a file, by the end of its name; nothing where the node names one or the file does not tell. */
function languageOf({ code, language }: Record<string, unknown>): { language?: string } {
  const [, end = ''] = (isFileName(code) && /\.(py|m?js)$/i.exec(code)) || [];
  if (language !== undefined || end === '') return {};
  return { language: end.toLowerCase() === 'py' ? 'python' : 'javascript' };
}

function reasonOf(cause: unknown): string {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return missing ? 'there is no such file' : messageOf(cause);
}
