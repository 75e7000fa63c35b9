/** Parses the published `.pflow.md` format. */

import { getOwn } from '../../lib/data/own-property.js';
import { formatPlace, type Problem } from '../format/problem.js';
import { workflowKeys } from '../format/draft.js';
import { readFields, type Field } from './step-fields.js';
import { readOutline, type Entity, type Outline } from './heading-outline.js';
import {
  edgesOf,
  fallThroughProblems,
  readTargets,
  undeclaredProblems,
  readCode,
  type Route,
} from './routing.js';
import { SourceLines } from './source-lines.js';
import { readYaml } from './yaml.js';

/** A parsed Markdown workflow, not validated yet. */
export type MarkdownWorkflow = Readonly<{
  source: Record<string, unknown>;
  /** The line of a path such as `nodes[2].params.prompt`. */
  lines: SourceLines;
  /** Parse errors with lines; `source` then holds what could be parsed. */
  problems: readonly Problem[];
}>;

/**
 * Parses the published `.pflow.md` format: `## Inputs`, `## Steps` and `## Outputs` with a `###` heading per entity, `-
 * key: value` for short values, fenced blocks for long ones, prose for descriptions. Steps run in file order unless `-
 * next:` and `- on-error:` route elsewhere.
 */
export function parseMarkdown(text: string): MarkdownWorkflow {
  const problems: Problem[] = [];
  const lines = new SourceLines();
  const outline = readOutline(text, problems);
  const steps = outline.sections.steps.map((entity, i) => readStep(entity, i, lines, problems));
  const front = frontMatter(outline, lines, problems);
  const source = {
    ...front,
    ...about(outline, front),
    inputs: readTable(outline.sections.inputs, 'inputs', lines, problems),
    outputs: readTable(outline.sections.outputs, 'outputs', lines, problems),
    nodes: steps.map(({ node }) => node),
    edges:
      front['edges'] ??
      readEdges(
        steps.map(({ route }) => route),
        lines,
        problems,
      ),
  };
  return { source, lines, problems };
}

/** Front matter may hold any field of a workflow; other keys are metadata of the program that wrote it. */
function frontMatter({ front }: Outline, lines: SourceLines, problems: Problem[]): Record<string, unknown> {
  const read = front && readYaml(front.text, front.line + 1, problems);
  if (!read || typeof read.value !== 'object' || read.value === null) return {};
  const known = (key: unknown) => workflowKeys.includes(String(key));
  lines.addAll(
    [],
    read.places.filter(({ steps }) => known(steps[0])),
  );
  return Object.fromEntries(Object.entries(read.value).filter(([key]) => known(key)));
}

function about({ title, description }: Outline, front: Record<string, unknown>): Record<string, unknown> {
  const words = description || title;
  return words === undefined || 'description' in front ? {} : { description: words };
}

function readTable(
  entities: readonly Entity[],
  section: 'inputs' | 'outputs',
  lines: SourceLines,
  problems: Problem[],
): Record<string, unknown> {
  const table = new Map<string, Record<string, unknown>>();
  for (const entity of entities) {
    const { id, line, prose } = entity;
    if (table.has(id)) {
      const message = `there is already a '### ${id}' in line ${lines.of(formatPlace([section, id]))}.`;
      problems.push({ path: '', line, message });
    }
    lines.add([section, id], line);
    const fields = readFields(entity, problems);
    for (const [key, field] of fields) locate(lines, [section, id, key], field);
    table.set(id, { ...(prose ? { description: prose } : {}), ...valuesOf(fields) });
  }
  return Object.fromEntries(table);
}

type Step = Readonly<{ node: Record<string, unknown>; route: Route }>;

function readStep(entity: Entity, i: number, lines: SourceLines, problems: Problem[]): Step {
  const { id, line, prose } = entity;
  const at = ['nodes', i];
  lines.add(at, line);
  const fields = readFields(entity, problems);
  const take = (key: string): Field | undefined => {
    const field = fields.get(key);
    fields.delete(key);
    return field;
  };
  const next = take('next');
  const onError = take('on-error');
  const own: Record<string, unknown> = { id, ...(prose ? { purpose: prose } : {}) };
  for (const key of ['type', 'batch', 'retry', 'loop', 'error_action']) {
    const field = take(key);
    if (!field) continue;
    own[key] = field.value;
    locate(lines, [...at, key], field);
  }
  const code = fields.get('code');
  if (code?.language !== undefined && !fields.has('language'))
    fields.set('language', {
      value: getOwn(languages, code.language) ?? code.language,
      line: code.line,
      places: [],
    });
  for (const [key, field] of fields) locate(lines, [...at, 'params', key], field);
  const route: Route = {
    id,
    line,
    next: next && readTargets(next.value),
    nextLine: next?.line ?? line,
    onError: onError && String(onError.value),
    onErrorLine: onError?.line ?? line,
    byCode: readCode(typeof code?.value === 'string' ? code.value : ''),
  };
  return { node: { ...own, params: valuesOf(fields) }, route };
}

const languages: Readonly<Record<string, string>> = { js: 'javascript', py: 'python', python3: 'python' };

function readEdges(routes: readonly Route[], lines: SourceLines, problems: Problem[]): unknown[] {
  const edges = edgesOf(routes);
  problems.push(...undeclaredProblems(routes), ...fallThroughProblems(routes, edges));
  return edges.map(({ line, ...edge }, i) => {
    lines.add(['edges', i], line);
    return edge;
  });
}

function locate(lines: SourceLines, at: readonly PropertyKey[], { line, places }: Field): void {
  lines.add(at, line);
  lines.addAll(at, places);
}

function valuesOf(fields: ReadonlyMap<string, Field>): Record<string, unknown> {
  return Object.fromEntries(Array.from(fields, ([key, { value }]) => [key, value]));
}
