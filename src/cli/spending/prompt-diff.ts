/** Shows what a version of a node's prompt changed: the difference from the version before it, from the traces of their runs. */
import { structuredPatch } from 'diff';
import { PflowError, messageOf } from '../../lib/error.js';
import { safeText } from '../../lib/text/safe-text.js';
import { hashPrompt } from '../../ledger/enter/hash-prompt.js';
import { readCalls } from '../../ledger/files/read-calls.js';
import { formatCaptured } from '../../trace/event/captured.js';
import { fullValue } from '../../trace/blobs/blob-store.js';
import { readRun } from '../traces/trace-state.js';

/** A version of a prompt: its hash, when it was first sent, and the runs that sent it, the newest first. */
type Version = Readonly<{ hash: string; since: string; runs: readonly string[] }>;

/**
 * The difference that a version of a prompt makes, as lines of a unified diff; of the first version its text. `hash` is the
 * beginning of its hash. Throws a PflowError if no call or several prompts match, and if no trace has the text any more.
 */
export async function diffPrompt(folder: string, hash: string): Promise<string> {
  const calls = readCalls(folder).filter(({ prompt }) => prompt !== undefined);
  const matching = calls.filter(({ prompt }) => prompt!.startsWith(hash.toLowerCase()));
  const places = new Map(matching.map((call) => [nameOf(call), call]));
  // Nodes that send the same prompt have versions of their own: those of the last that sent it are shown.
  const place = [...places.values()].sort((a, b) => b.at.localeCompare(a.at))[0];
  if (!place || new Set(matching.map(({ prompt }) => prompt)).size > 1) {
    const what = place ? 'Several prompts have' : 'No prompt in the ledger has';
    throw new PflowError('not_found', `${what} a hash that begins with '${hash}'.`, {
      hint: '`pflow stats --by prompt` lists the versions of prompts with their hashes.',
    });
  }
  const versions = listVersions(
    calls.filter(({ workflow, node }) => workflow === place.workflow && node === place.node),
  );
  const at = versions.findIndex((each) => each.hash === place.prompt);
  const [now, before] = [versions[at]!, versions[at - 1]];
  const others = [...places.keys()].filter((name) => name !== nameOf(place));
  const head = [
    `${nameOf(place)}: version ${at + 1} of ${versions.length}, ${now.hash}, since ${now.since.slice(0, 10)}`,
    ...(others.length > 0 ? [`also sent by ${others.join(', ')}`] : []),
  ].join('\n');
  const text = await readText(now);
  if (!before) return safeText(`${head}\n\n${text}`, { keepNewlines: true });
  const { hunks } = structuredPatch('', '', await readText(before), text, '', '', { context: 3 });
  return safeText(
    [
      head,
      `--- ${before.hash} ${before.since.slice(0, 10)}`,
      `+++ ${now.hash} ${now.since.slice(0, 10)}`,
      ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
        `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
        ...lines,
      ]),
    ].join('\n'),
    { keepNewlines: true },
  );
}

function nameOf({ workflow, node }: Readonly<{ workflow?: string; node?: string }>): string {
  return [workflow, node].filter((part) => part !== undefined).join(' ') || 'a prompt';
}

/** In the order in which they were first sent. */
function listVersions(calls: readonly Readonly<{ prompt?: string; at: string; run: string }>[]): Version[] {
  const versions = new Map<string, { hash: string; since: string; runs: string[] }>();
  for (const { prompt, at, run } of calls.toSorted((a, b) => a.at.localeCompare(b.at))) {
    const own = versions.get(prompt!) ?? { hash: prompt!, since: at, runs: [] };
    versions.set(prompt!, own);
    if (own.runs[0] !== run) own.runs.unshift(run);
  }
  return [...versions.values()];
}

/** Runs whose traces are tried: older ones are pruned first. */
const MOST_TRIED = 5;

/** The text of a version: its template where it has one. */
async function readText({ hash, runs }: Version): Promise<string> {
  let why = '';
  for (const run of runs.slice(0, MOST_TRIED)) {
    try {
      const { state } = await readRun(run, undefined);
      for (const span of state.spans.values()) {
        if (hashPrompt(span) !== hash) continue;
        const { template, value } = span.resolved!.params['prompt']!;
        return formatCaptured(fullValue(template ?? value, state.values));
      }
    } catch (error) {
      why = messageOf(error);
    }
  }
  throw new PflowError(
    'not_found',
    `The text of version ${hash} is in no trace any more${why ? `: ${why}` : '.'}`,
    {
      hint: 'The ledger keeps the hashes of prompts, and traces their text until they are pruned.',
    },
  );
}
