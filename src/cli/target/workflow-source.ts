/** Loads a workflow from a file, a saved name, standard input or a trace. */
import { PflowError } from '../../lib/error.js';
import type { Captured } from '../../trace/event/captured.js';
import type { EventOf } from '../../trace/event/event.js';
import { findRun } from './find-run.js';
import { readTrace } from '../../trace/read/read-trace.js';
import { restoreValue } from '../../trace/blobs/restore.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import { toBlobPath } from '../../trace/blobs/blob-writer.js';
import { openBlobs } from '../../trace/blobs/blob-reader.js';
import { workflowNames } from '../../workflow/library/library.js';
import { isWorkflowFile, loadWorkflow, type LoadedWorkflow } from '../../workflow/library/load-workflow.js';
import { parseJson } from '../../workflow/format/parse-json.js';
import { formatPlace } from '../../workflow/format/problem.js';
import { readStdin } from '../io/stdin.js';

/** Loads a workflow from a file, a saved name, `-` (standard input), or the trace of a run. */
export async function openSource(
  from: string,
  traceDir: string | undefined,
): Promise<Pick<LoadedWorkflow, 'source' | 'name' | 'lineOf'>> {
  if (from === '-') return { source: parsePiped(await readStdin()), name: 'workflow' };
  if (isWorkflowFile(from) || workflowNames().includes(from)) return loadWorkflow(from);
  return fromTrace(findRun(from, traceDir));
}

function parsePiped(text: string): Record<string, unknown> {
  const content = text.trim() === '' ? undefined : parseJson(text);
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return content as Record<string, unknown>;
  throw new PflowError('invalid_workflow', 'Standard input is not a workflow in JSON.');
}

async function fromTrace(path: string): Promise<Pick<LoadedWorkflow, 'source' | 'name'>> {
  let plan: EventOf<'workflow.planned'> | undefined;
  // The last plan is what ran: the user may have edited an earlier one.
  for await (const event of readTrace(path))
    if (event.type === 'workflow.planned' && event.span === undefined) plan = event;
  if (plan) return { source: restoreFullWorkflow(plan.ir, openBlobs(toBlobPath(path))), name: plan.name };
  throw new PflowError(
    'invalid_trace',
    'The trace contains no workflow: the run stopped before planning one.',
  );
}

/** The workflow in a trace, with truncated parts looked up in `values`. Throws if a part was not kept. */
export function restoreFullWorkflow(ir: Captured, values?: BlobStore): Readonly<Record<string, unknown>> {
  const { value, lost } = restoreValue(ir, values);
  const [first] = lost;
  if (!first) return value as Record<string, unknown>;
  const place = formatPlace(first.path);
  const what = place ? `${place} ${first.why}` : `it ${first.why}`;
  throw new PflowError('invalid_trace', `The trace does not contain the full workflow: ${what}.`, {
    hint: '--capture full keeps full values. A workflow that came from a file can be saved from that file.',
  });
}
