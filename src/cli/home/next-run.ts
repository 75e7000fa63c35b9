/** Prepares what follows a finished run that is shown: the rerun of a part of it, after an edit, and its comparison. */
import { existsSync } from 'node:fs';
import { PflowError } from '../../lib/error.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import { identifyWorkflow, isOfWorkflow } from '../../ledger/enter/identify-workflow.js';
import { iterateRuns } from '../../ledger/files/read-runs.js';
import type { RunState } from '../../profile/run/run-state.js';
import { planRerun } from '../../session/resume/resume-run.js';
import type { SharedTerminal } from '../../tui/surface.js';
import type { RerunEffect } from '../../view/app/press-rerun.js';
import { parseJson } from '../../workflow/format/parse-json.js';
import type { RunOptions } from '../args/run-options.js';
import { editInEditor } from '../plan-review/edit-plan.js';
import type { NodeChange, Prepare } from '../run/prepare.js';
import { findRun } from '../target/find-run.js';
import { readRun } from '../traces/trace-state.js';
import { prepareToRerun } from './start-from-home.js';

/** Prepares the rerun; undefined if the user left the editor without a change. Throws a PflowError if it is not possible. */
export async function prepareNext(
  { from, edit }: Extract<RerunEffect, { type: 'rerun' }>,
  trace: string,
  options: RunOptions,
  shared: SharedTerminal,
): Promise<Prepare | undefined> {
  if (from === undefined) return prepareToRerun(trace, options, shared);
  if (!edit) return prepareToRerun(trace, options, shared, { from });
  const { state } = await readRun(trace, options.traceDir);
  const change = await editNode(state, from, shared);
  return change && prepareToRerun(trace, options, shared, { from, change });
}

/** Opens the prompt of a node as text, or its parameters as JSON; undefined if nothing was changed. */
async function editNode(
  state: RunState,
  id: string,
  { terminal }: SharedTerminal,
): Promise<NodeChange | undefined> {
  const node = planRerun(state, { from: id }).planned.nodes.find((each) => each.id === id);
  if (!node) throw new PflowError('not_found', `The workflow has no node '${id}'.`);
  const { prompt } = node.params;
  const text = typeof prompt === 'string' ? prompt : `${JSON.stringify(node.params, null, 2)}\n`;
  const takeBack = terminal.lend();
  try {
    const edited = await editInEditor(text, { env: process.env, signal: new AbortController().signal });
    if (edited.trimEnd() === text.trimEnd()) return undefined;
    const params =
      typeof prompt === 'string' ? { ...node.params, prompt: edited.trimEnd() } : parseParams(edited);
    return { node: id, params };
  } finally {
    takeBack();
  }
}

function parseParams(text: string): Readonly<Record<string, unknown>> {
  const invalid = (why: string) =>
    new PflowError('usage', `The parameters are not valid: ${why}`, { hint: 'Nothing was run.' });
  let params: unknown;
  try {
    params = parseJson(text);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw invalid('they must be a JSON object.');
  return params as Readonly<Record<string, unknown>>;
}

/** The trace of the run that a run repeats, else of the last one of the same workflow before it; undefined without any. */
export function findPredecessor(run: RunState, traceDir: string | undefined): string | undefined {
  const { started } = run;
  if (!started) return undefined;
  if (started.basedOn) return findRun(started.basedOn.run, traceDir);
  const workflow = identifyWorkflow(run);
  let lines = 0;
  for (const { run: id, at, read } of iterateRuns(ledgerFolder())) {
    if (++lines > MOST_LINES) return undefined;
    if (id === started.run || at >= started.startedAt) continue;
    const line = read();
    const { status, trace, partial } = line;
    const isWhole = partial !== true && (status === 'ok' || status === 'failed');
    if (isWhole && isOfWorkflow(line, workflow) && trace !== undefined && existsSync(trace)) return trace;
  }
  return undefined;
}

/** Lines of other runs that are read at most. */
const MOST_LINES = 2000;
