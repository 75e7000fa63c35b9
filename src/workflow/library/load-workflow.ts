/** Loads workflows from files and the library. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import { findWorkflow, getWorkflow, workflowNames } from './library.js';
import type { LibraryOptions } from './library-files.js';
import { includeFiles } from './included-files.js';
import { isMarkdown, readMarkdown } from '../markdown/read-markdown.js';
import { createJsonLines } from './json-source-lines.js';
import { parseJson } from '../format/parse-json.js';
import { absolutePath, anchorReferences, isPath } from './workflow-reference.js';
import { unwrapSaved } from './saved-file.js';
import { didYouMean } from '../format/schema-problems.js';
import { kindOfValue } from '../format/schema-path.js';

/** A loaded workflow, not validated yet. */
export type LoadedWorkflow = Readonly<{
  source: Readonly<Record<string, unknown>>;
  /** The saved name, or the file name without extension. */
  name: string;
  origin: 'file' | 'saved';
  path: string;
  /** Maps the path of a problem to a line of the file, for formats with lines. */
  lineOf?: (path: string) => number | undefined;
}>;

/** Loads a workflow from a path to a JSON or Markdown file, or by its saved name. Throws a PflowError with suggestions. */
export function loadWorkflow(ref: string, options: LibraryOptions = {}): LoadedWorkflow {
  if (!isPath(ref)) {
    const saved = findWorkflow(ref, options);
    if (saved) {
      const { name, path, lineOf } = saved;
      const source = withFiles({ ...saved.workflow }, path, lineOf);
      return { source, name, origin: 'saved', path, ...(lineOf ? { lineOf } : {}) };
    }
    if (!isFile(ref)) getWorkflow(ref, options);
  }
  const path = absolutePath(ref);
  const { source, lineOf } = readSource(ref, path, options);
  return {
    source: withFiles(source, path, lineOf),
    name: basename(path).replace(/(\.pflow)?\.(json|md)$/i, ''),
    origin: 'file',
    path,
    ...(lineOf ? { lineOf } : {}),
  };
}

/** Whether a word names a workflow rather than a request: a path to a workflow file or a saved name. */
export function isWorkflowRef(word: string, options: LibraryOptions = {}): boolean {
  if (workflowNames(options).includes(word)) return true;
  // "summarize data.json" ends like a path but is a request, unless such a file exists.
  return isWorkflowFile(word) && (!/\s/.test(word) || isFile(word));
}

/** Whether a file name is that of a workflow. Other Markdown files are documents. */
export function isWorkflowFile(path: string): boolean {
  return /\.(json|pflow\.md)$/i.test(path);
}

/** The source with relative references resolved. */
function withFiles(
  source: Record<string, unknown>,
  path: string,
  lineOf: LoadedWorkflow['lineOf'],
): Record<string, unknown> {
  const folder = dirname(path);
  const placeOf = (place: string) => {
    const line = lineOf?.(place);
    return line === undefined ? place : `line ${line}, ${place}`;
  };
  return includeFiles(anchorReferences(source, folder), folder, placeOf);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readSource(
  ref: string,
  path: string,
  options: LibraryOptions,
): Pick<LoadedWorkflow, 'lineOf'> & { source: Record<string, unknown> } {
  const text = readText(ref, path, options);
  if (text.trim() === '') throw new PflowError('invalid_workflow', `'${ref}' is empty.`);
  if (isMarkdown(path)) {
    const { source, lines } = readMarkdown(text, ref);
    return { source, lineOf: (place) => lines.of(place) };
  }
  const content = parse(ref, text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new PflowError(
      'invalid_workflow',
      `'${ref}' holds ${kindOfValue(content)}, where a workflow is an object with nodes and edges.`,
    );
  }
  return { source: unwrapSaved(content as Record<string, unknown>), lineOf: createJsonLines(text) };
}

function readText(ref: string, path: string, options: LibraryOptions): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    switch ((cause as NodeJS.ErrnoException).code) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw new PflowError('not_found', `There is no file '${ref}'.`, { cause, ...nearby(path, options) });
      case 'EISDIR':
        throw new PflowError('not_found', `'${ref}' is a directory, not a workflow file.`, {
          cause,
          ...contents(path),
        });
      case 'EACCES':
      case 'EPERM':
        throw new PflowError('not_found', `'${ref}' may not be read: permission denied.`, { cause });
      default:
        throw new PflowError('not_found', `Cannot read '${ref}': ${messageOf(cause)}`, { cause });
    }
  }
}

function parse(ref: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new PflowError('invalid_workflow', `'${ref}' is not JSON: ${messageOf(cause)}`, { cause });
  }
}

function nearby(path: string, options: LibraryOptions): { hint?: string } {
  const folder = dirname(path);
  const name = basename(path);
  const candidates = [...workflowFiles(folder), ...workflowNames(options)];
  const near = didYouMean(name, candidates);
  if (near.hint || statSync(folder, { throwIfNoEntry: false })) return near;
  return { hint: `There is no directory '${folder}' either.` };
}

function contents(folder: string): { hint?: string } {
  const files = workflowFiles(folder);
  return files.length ? { hint: `Did you mean ${join(folder, files[0]!)}?` } : {};
}

/** The workflow files in the folder of a path, as paths of the same form. */
export function listWorkflowFiles(path: string): string[] {
  const folder = dirname(path);
  return workflowFiles(folder).map((name) => (/[/\\]/.test(path) ? join(folder, name) : name));
}

function workflowFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isWorkflowFile);
  } catch {
    return [];
  }
}
