/** Reads and writes the files of saved workflows. */

import { readFileSync } from 'node:fs';
import { writeAtomically } from '../../lib/private-files.js';
import { z } from 'zod';
import { messageOf, PflowError } from '../../lib/error.js';
import { packageFile } from '../../lib/package-file.js';
import { readShippedWorkflow } from '../../lib/shipped-files.js';
import { isMarkdown, readMarkdown } from '../markdown/read-markdown.js';
import { createJsonLines } from './json-source-lines.js';
import { parseJson } from '../format/parse-json.js';
import { formatProblem } from '../format/problem.js';
import { schemaProblems } from '../format/schema-problems.js';

/** A saved workflow. */
export type SavedWorkflow = Readonly<{
  name: string;
  description: string;
  /** Keywords for discovery. */
  keywords: readonly string[];
  /** The workflow as stored, not validated. */
  workflow: Readonly<Record<string, unknown>>;
  path: string;
  /** Whether it ships with pflow. A user workflow of the same name takes precedence. */
  shipped: boolean;
  /** Maps the path of a problem to a line of the file, for formats with lines. */
  lineOf?: (path: string) => number | undefined;
}>;

/** Reads a saved workflow. Throws a PflowError if the file is invalid. */
export function readSaved(path: string, name: string): SavedWorkflow {
  return parseSaved(() => readFileSync(path, 'utf8'), { name, path, shipped: false });
}

/** Reads a workflow that ships with pflow. */
export function readShipped(name: string): SavedWorkflow {
  const path = packageFile('dist', 'workflows', `${name}.json`);
  return parseSaved(() => readShippedWorkflow(name), { name, path, shipped: true });
}

function parseSaved(
  read: () => string,
  about: Pick<SavedWorkflow, 'name' | 'path' | 'shipped'>,
): SavedWorkflow {
  const { name, path } = about;
  try {
    const text = read();
    const markdown = isMarkdown(path) ? readMarkdown(text, name) : undefined;
    const content: unknown = markdown ? markdown.source : parseJson(text);
    const [problem] = schemaProblems(savedSchema, content);
    if (problem) throw new Error(formatProblem(problem));
    const { description, keywords } = savedSchema.parse(content);
    const workflow = { ...unwrapSaved(content as Record<string, unknown>), name };
    const lineOf = markdown ? (place: string) => markdown.lines.of(place) : createJsonLines(text);
    return { ...about, description, keywords, workflow, lineOf };
  } catch (cause) {
    const message = `Cannot read the saved workflow '${path}': ${messageOf(cause)}`;
    throw new PflowError('invalid_workflow', message, { cause });
  }
}

/** Writes a file, creating its folder. */
export function writeSaved(path: string, text: string): void {
  try {
    writeAtomically(path, text);
  } catch (cause) {
    throw new PflowError('usage', `Cannot save to '${path}': ${messageOf(cause)}`, { cause });
  }
}

/** The workflow in a file: the object itself, or the `ir` of published pflow's metadata format. */
export function unwrapSaved(content: Record<string, unknown>): Record<string, unknown> {
  const { ir, name, description } = content;
  if ('nodes' in content || typeof ir !== 'object' || ir === null) return content;
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...ir,
  };
}

const savedSchema = z.looseObject({
  description: z.string().default(''),
  keywords: z.array(z.string()).default([]),
});
