/** Reads the npm packages of nodes from the settings. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../../lib/error.js';
import { parseJson } from '../../workflow/format/parse-json.js';
import { formatProblem } from '../../workflow/format/problem.js';
import { schemaProblems } from '../../workflow/format/schema-problems.js';

const schema = z.looseObject({ nodes: z.array(z.string()).default([]) });

/** The npm packages under `nodes` in a settings file. A missing file is empty; an invalid one is a warning. */
export function readNodePackages(path: string): { packages: readonly string[]; warnings: string[] } {
  try {
    const content = parseJson(readFileSync(path, 'utf8'));
    const [problem] = schemaProblems(schema, content);
    if (problem) throw new Error(formatProblem(problem));
    return { packages: schema.parse(content).nodes, warnings: [] };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { packages: [], warnings: missing ? [] : [`${path} cannot be read: ${messageOf(error)}`] };
  }
}
