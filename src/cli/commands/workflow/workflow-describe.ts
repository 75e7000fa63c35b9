/** Runs `pflow workflow describe`: description, inputs, outputs and steps of a workflow. */
import { readDraft } from '../../../workflow/format/draft.js';
import type { Workflow, WorkflowInput } from '../../../workflow/format/ir.js';
import { loadWorkflow } from '../../../workflow/library/load-workflow.js';
import { listVersions } from '../../../workflow/library/versions.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';
import { stringifyAny } from '../../../lib/data/foreign-value.js';

/** `pflow workflow describe <file | name>`: description, inputs, outputs and steps, as far as the file can be parsed. */
export async function workflowDescribe({ operands, options }: Invocation<FormatOption>): Promise<ExitCode> {
  const [reference = ''] = operands;
  const { source, name, path, origin } = loadWorkflow(reference);
  const workflow = readDraft({ ...source });
  const description = textOf(source['description']);
  const keywords = Array.isArray(source['keywords']) ? source['keywords'].map(stringifyAny) : [];
  const versions = origin === 'saved' ? listVersions(name).length : 0;
  if (options.outputFormat === 'json') {
    const { inputs, outputs } = workflow;
    const nodes = workflow.nodes.map(({ id, type, purpose = null }) => ({ id, type, purpose }));
    printJson({ name, description, keywords, inputs, outputs, nodes, path, versions });
    return exitCodes.done;
  }
  const { inputs, outputs, nodes } = workflow;
  print(
    [
      `${name}${description ? `: ${description}` : ''}`,
      ...section('Inputs', Object.entries(inputs).map(inputRow)),
      ...section('Outputs', Object.entries(outputs).map(outputRow)),
      ...section(
        'Nodes',
        nodes.map(({ id, type, purpose = '' }) => [id, type, firstLine(purpose)]),
      ),
      '',
      ...(keywords.length ? [`Keywords: ${keywords.join(', ')}`] : []),
      ...(versions > 1 ? [`Versions: ${versions}`] : []),
      `File: ${path}`,
      `Run with: pflow ${[origin === 'saved' ? name : reference, ...Object.entries(inputs).map(argument)].join(' ')}`,
    ].join('\n'),
  );
  return exitCodes.done;
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  return [
    '',
    title,
    ...table(rows)
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ];
}

function inputRow([name, input]: [string, WorkflowInput]): string[] {
  const { type, description = '', stdin } = input;
  const about = [
    type,
    ...(input.default === undefined ? [] : [`default ${JSON.stringify(input.default)}`]),
    ...(isOptional(input) ? [] : ['required']),
    ...(stdin ? ['or piped stdin'] : []),
  ];
  return [name, about.join(', '), firstLine(description)];
}

function outputRow([name, { type = 'any', description = '', stdout }]: [
  string,
  Workflow['outputs'][string],
]): string[] {
  return [name, stdout ? `${type}, printed` : type, firstLine(description)];
}

function argument([name, input]: [string, WorkflowInput]): string {
  return isOptional(input) ? `[${name}=…]` : `${name}=…`;
}

function isOptional({ required, default: byDefault }: WorkflowInput): boolean {
  return !required || byDefault !== undefined;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
