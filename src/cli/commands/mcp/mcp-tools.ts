/** Defines the tools of `pflow mcp`: read-only questions about earlier runs. */
import { diffRuns } from '../../../insights/compare/compare-runs.js';
import { formatValue } from '../../../export/value-text.js';
import { listAdvice } from '../../../insights/advice/list-advice.js';
import { PflowError } from '../../../lib/error.js';
import { stripNoise } from '../../../lib/text/format.js';
import { listCallRows } from '../../../metrics/call-rows.js';
import { summarize } from '../../../metrics/summary.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import { groupByModel, groupByNode } from '../../../profile/analysis/breakdown.js';
import { analyzeRun } from '../../../profile/analysis/findings.js';
import { deriveWarnings } from '../../../profile/analysis/warnings.js';
import type { RunState, Span } from '../../../profile/run/run-state.js';
import { findNodePath } from '../../../profile/run/span-tree.js';
import { fullValueDeep } from '../../../trace/blobs/blob-store.js';
import type { Captured } from '../../../trace/event/captured.js';
import { listRuns } from '../../traces/list-runs.js';
import { createRunFilter } from '../../traces/run-filter.js';
import { readRun } from '../../traces/trace-state.js';
import { limitText, pageItems } from './page-items.js';

/** The arguments of a tool, as the client sent them. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** A tool: how it is listed, and its answer as JSON. */
export type McpTool = Readonly<{
  description: string;
  /** JSON Schemas of its parameters. */
  parameters: Readonly<Record<string, object>>;
  required?: readonly string[];
  answer: (given: ToolArguments) => Promise<object>;
}>;

const text = (description: string) => ({ type: 'string', description });
const flag = (description: string) => ({ type: 'boolean', description });
const run = text('a run id of list_runs, the path of a trace, `latest` or `latest~n`');
const cursor = text('`next_cursor` of the answer before, for the next page');
const content = flag('include the messages of errors, which may quote prompts and files');

/** The runs that are listed at most; older ones are found by filters. */
const MAX_RUNS = 1000;
const MAX_SPANS = 50;

/** The tools by name. Without `content` an answer has names, times, counts and costs, and nothing that a run captured. */
export const mcpTools: Readonly<Record<string, McpTool>> = {
  list_runs: {
    description: 'Runs, newest first: id, start, workflow, status, duration, models, tokens, cost.',
    parameters: {
      failed: flag('only runs that failed, reached a limit or were killed'),
      workflow: text('only workflows with this in their name'),
      model: text('only runs that called a model with this in its name'),
      since: text('only runs since this time: ISO 8601'),
      cursor,
    },
    answer: async (given) => {
      const filter = createRunFilter({
        failed: given['failed'] === true,
        ...pickText(given, 'workflow'),
        ...pickText(given, 'model'),
        ...(readText(given, 'since') === undefined ? {} : { since: readDate(given, 'since') }),
      });
      const rows: object[] = [];
      for (const listed of listRuns(undefined)) {
        if (!filter(listed)) continue;
        rows.push({
          run: listed.run,
          started: new Date(listed.at).toISOString(),
          workflow: listed.workflow ?? null,
          status: listed.status,
          duration_ms: listed.ms,
          models: listed.models ?? [],
          tokens: listed.totals?.tokens ?? null,
          cost_usd: listed.totals ? stripNoise(listed.totals.usd ?? 0) : null,
        });
        if (rows.length === MAX_RUNS) break;
      }
      return pageItems(rows, readText(given, 'cursor'));
    },
  },
  run_summary: {
    description:
      'One run: status, times, tokens, cost, planner and nodes, in the fields of `pflow trace show --output-format json`.',
    parameters: { run },
    answer: async (given) => {
      const { result: _, ...summary } = summarize(await readState(given), {
        result: null,
        tracePath: undefined,
      });
      return summary;
    },
  },
  top_costs: {
    description: 'What a run cost by node, by model or by call, the most expensive first.',
    parameters: { run, by: { type: 'string', enum: ['node', 'model', 'call'] }, cursor },
    answer: async (given) => {
      const state = await readState(given);
      return pageItems(listCosts(state, readText(given, 'by') ?? 'node'), readText(given, 'cursor'));
    },
  },
  failures: {
    description: 'What failed, was recovered or is doubtful in a run: errors and warnings with their nodes.',
    parameters: { run, content, cursor },
    answer: async (given) => {
      const isWhole = given['content'] === true;
      const state = await readState(given, isWhole);
      const errors = analyzeRun(state, { limit: MAX_SPANS }).errors.map(({ node, message, recovered }) => ({
        kind: recovered ? 'recovered error' : 'error',
        node: node ?? null,
        ...(isWhole && { message: limitText(message) }),
      }));
      const warnings = deriveWarnings(state).map(({ code, node, message }) => ({
        kind: 'warning',
        code,
        node: node ?? null,
        ...(isWhole && { message: limitText(message) }),
      }));
      return pageItems([...errors, ...warnings], readText(given, 'cursor'));
    },
  },
  compare_runs: {
    description: 'Two runs node by node: time, tokens, cost, status.',
    parameters: { before: run, after: run, cursor },
    required: ['before', 'after'],
    answer: async (given) => {
      const { before, after, nodes } = diffRuns(
        await readState({ run: given['before'] }),
        await readState({ run: given['after'] }),
      );
      return { before, after, ...pageItems(nodes, readText(given, 'cursor')) };
    },
  },
  advice: {
    description:
      'What would make a run cheaper or faster, the most valuable first, with USD and ms where they can be estimated.',
    parameters: { run, cursor },
    answer: async (given) => {
      const advice = listAdvice(await readState(given), loadPrices().prices);
      return pageItems(
        advice.map(({ spans: _spans, ...rest }) => rest),
        readText(given, 'cursor'),
      );
    },
  },
  read_content: {
    description:
      'What a node of a run received and produced: parameters, prompts, responses, logs. Secrets are masked.',
    parameters: { run, node: text('the path of the node, as the other tools name it'), cursor },
    required: ['node'],
    answer: async (given) => {
      const state = await readState(given, true);
      const node = readText(given, 'node') ?? '';
      const spans = [...state.spans.values()].filter(({ id }) => findNodePath(state, id).join('/') === node);
      if (spans.length === 0)
        throw new PflowError('not_found', `The run has no node '${node}'.`, {
          hint: `It has: ${groupByNode(state)
            .map(({ path }) => path.join('/'))
            .join(', ')}.`,
        });
      return pageItems(
        spans.slice(0, MAX_SPANS).flatMap((span) => listContent(state, span)),
        readText(given, 'cursor'),
      );
    },
  },
};

async function readState(given: ToolArguments, isWhole = false): Promise<RunState> {
  const { state } = await readRun(readText(given, 'run') ?? 'latest', undefined, { content: isWhole });
  return state;
}

function listCosts(state: RunState, by: string): object[] {
  if (by === 'call')
    return listCallRows(state)
      .toSorted((a, b) => (b.cost_usd ?? 0) - (a.cost_usd ?? 0))
      .map(({ tool_calls: _calls, ...row }) => row);
  const rows =
    by === 'model'
      ? groupByModel(state).map(({ provider, model, totals }) => ({ model: `${provider}/${model}`, totals }))
      : groupByNode(state).map(({ path, ms, totals }) => ({
          node: path.join('/') || null,
          duration_ms: ms,
          totals,
        }));
  return rows
    .toSorted((a, b) => b.totals.usd - a.totals.usd)
    .map(({ totals: { calls, tokens, usd, unpriced }, ...row }) => ({
      ...row,
      calls,
      tokens,
      cost_usd: stripNoise(usd),
      ...(unpriced.length > 0 && { unpriced }),
    }));
}

function listContent(state: RunState, { id, kind, name, resolved, call, logs, error }: Span): object[] {
  const show = (value: Captured | undefined) =>
    value === undefined ? undefined : limitText(formatValue(fullValueDeep(value, state.values)));
  const about = { span: id, kind, name };
  const params = Object.entries(resolved?.params ?? {}).map(([param, { value }]) => ({
    ...about,
    param,
    value: show(value),
  }));
  const calls = call
    ? [
        { ...about, part: 'system', value: show(call.request?.system) },
        { ...about, part: 'prompt', value: show(call.request?.prompt) },
        { ...about, part: 'response', value: show(call.response?.text ?? call.response?.object) },
      ].filter(({ value }) => value !== undefined)
    : [];
  const log =
    logs.length > 0
      ? [{ ...about, part: 'log', value: limitText(logs.map((line) => line.text).join('\n')) }]
      : [];
  return [
    ...params,
    ...calls,
    ...log,
    ...(error ? [{ ...about, part: 'error', value: limitText(error.message) }] : []),
  ];
}

function readText(given: ToolArguments, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function pickText<Name extends string>(given: ToolArguments, name: Name): { [K in Name]?: string } {
  const value = readText(given, name);
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: string };
}

function readDate(given: ToolArguments, name: string): Date {
  const date = new Date(readText(given, name)!);
  if (Number.isNaN(date.getTime()))
    throw new PflowError('usage', `'${String(given[name])}' is not a time.`, {
      hint: 'Write it as in 2026-01-31T12:00:00Z.',
    });
  return date;
}
