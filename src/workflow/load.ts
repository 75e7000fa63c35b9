import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, PflowError } from '../lib/error.js';
import { findWorkflow, getWorkflow, unwrapSaved, workflowNames, type LibraryOptions } from './library.js';
import { parseJson } from './parse-json.js';
import { didYouMean } from './schema-problems.js';
import { kindOfValue } from './shape.js';

/** A workflow as it was found, before it is validated. */
export type LoadedWorkflow = Readonly<{
  source: Readonly<Record<string, unknown>>;
  /** The saved name, or the file's without its ending. */
  name: string;
  origin: 'file' | 'saved';
  path: string;
}>;

/** Loads the workflow that a path to a JSON file or a saved workflow's name means. Throws a PflowError that says what is there instead. */
export function loadWorkflow(ref: string, options: LibraryOptions = {}): LoadedWorkflow {
  if (!isPath(ref)) {
    const saved = findWorkflow(ref, options);
    if (saved) return { source: saved.workflow, name: saved.name, origin: 'saved', path: saved.path };
    if (!isFile(ref)) getWorkflow(ref, options);
  }
  const path = resolve(ref.replace(/^~(?=$|\/)/, homedir()));
  return {
    source: readSource(ref, path, options),
    name: basename(path).replace(/(\.pflow)?\.json$/i, ''),
    origin: 'file',
    path,
  };
}

/** Whether one word names a workflow rather than being a request: a path to a JSON file, or the name of a saved workflow. */
export function isWorkflowRef(word: string, options: LibraryOptions = {}): boolean {
  if (workflowNames(options).includes(word)) return true;
  // "summarize data.json" ends like a path and is a request, unless there is such a file.
  return /\.json$/i.test(word) && (!/\s/.test(word) || isFile(word));
}

function isPath(ref: string): boolean {
  return /[\\/]/.test(ref) || ref.startsWith('~') || /\.json$/i.test(ref);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readSource(ref: string, path: string, options: LibraryOptions): Record<string, unknown> {
  const text = readText(ref, path, options);
  if (text.trim() === '') throw new PflowError('invalid_workflow', `'${ref}' is empty.`);
  const content = parse(ref, text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new PflowError(
      'invalid_workflow',
      `'${ref}' holds ${kindOfValue(content)}, where a workflow is an object with nodes and edges.`,
    );
  }
  return unwrapSaved(content as Record<string, unknown>);
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
  const candidates = [...jsonFiles(folder), ...workflowNames(options)];
  const near = didYouMean(name, candidates);
  if (near.hint || statSync(folder, { throwIfNoEntry: false })) return near;
  return { hint: `There is no directory '${folder}' either.` };
}

function contents(folder: string): { hint?: string } {
  const files = jsonFiles(folder);
  return files.length ? { hint: `Did you mean ${join(folder, files[0]!)}?` } : {};
}

function jsonFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}
