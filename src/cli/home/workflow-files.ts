/** The workflows of the home screen: saved ones, and the files of the working directory. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { HomeWorkflow } from '../../view/home/home-run.js';
import { listWorkflows } from '../../workflow/library/library.js';
import { isWorkflowFile, loadWorkflow } from '../../workflow/library/load-workflow.js';

/** How many levels of folders are searched, and how many files are opened. */
const DEPTH = 2;
const MOST_FILES = 200;
const HEAD_BYTES = 64 * 1024;

/** The files of a folder and the saved workflows: the user's own first, those that ship with pflow last. */
export function listHomeWorkflows(folder: string = process.cwd()): HomeWorkflow[] {
  const files = findFiles(folder, '', DEPTH).slice(0, MOST_FILES).flatMap(readFile);
  const saved = listWorkflows().workflows.map(({ name, description, workflow, shipped }) => ({
    reference: name,
    name,
    description,
    origin: shipped ? 'ships with pflow' : 'saved',
    required: requiredInputs(workflow),
  }));
  return [
    ...files,
    ...saved.filter(({ origin }) => origin === 'saved'),
    ...saved.filter(({ origin }) => origin !== 'saved'),
  ];
}

/** Paths of possible workflow files, relative to the folder. */
function findFiles(root: string, below: string, depth: number): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, below), { withFileTypes: true });
  } catch {
    return [];
  }
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const files = visible.filter((entry) => entry.isFile() && isWorkflowFile(entry.name));
  const folders = depth > 1 ? visible.filter((entry) => entry.isDirectory()) : [];
  return [
    ...files.map(({ name }) => join(below, name)).filter((path) => looksLikeWorkflow(join(root, path))),
    ...folders.flatMap(({ name }) => findFiles(root, join(below, name), depth - 1)),
  ];
}

/** Markdown workflows are recognized by their name, JSON files by their list of nodes. */
function looksLikeWorkflow(path: string): boolean {
  if (!path.endsWith('.json')) return true;
  try {
    const fd = openSync(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const text = head.toString('utf8', 0, readSync(fd, head, 0, HEAD_BYTES, 0));
      return /"nodes"\s*:\s*\[/.test(text) && /"type"\s*:/.test(text);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

/** Empty for a file that cannot be read: running it reports why. */
function readFile(reference: string): HomeWorkflow[] {
  try {
    const { name, source } = loadWorkflow(reference);
    const { description } = source;
    return [
      {
        reference,
        name,
        description: typeof description === 'string' ? description : '',
        origin: 'file',
        required: requiredInputs(source),
      },
    ];
  } catch {
    return [];
  }
}

function requiredInputs({ inputs }: Readonly<Record<string, unknown>>): string[] {
  if (typeof inputs !== 'object' || inputs === null) return [];
  return Object.entries(inputs as Record<string, unknown>).flatMap(([name, input]) => {
    if (typeof input !== 'object' || input === null) return [name];
    const { required, default: byDefault } = input as { required?: unknown; default?: unknown };
    return required === false || byDefault !== undefined ? [] : [name];
  });
}
