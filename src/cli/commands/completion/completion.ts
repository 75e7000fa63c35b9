/** Runs `pflow completion <shell>`: prints the shell's script, or what may follow the words typed so far. */
import type { Command } from 'commander';
import { listRuns } from '../../traces/list-runs.js';
import { builtinTypes } from '../../../nodes/registry.js';
import { defaultPrices } from '../../../pricing/table/load-prices.js';
import { hostedProviders, localProviders } from '../../../llm/select/provider-list.js';
import { findWorkflow, listWorkflows } from '../../../workflow/library/library.js';
import { helpTopics, readPage, summarizePage } from '../../help/help-topics.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { completeWords, type Candidate, type Sources, type ValueKind } from './complete-words.js';
import { shellScripts, type Shell } from './shell-scripts.js';

/** `pflow completion <shell>`. `program` is the tree of commands. Words to complete follow `--words --`. */
export function createCompletion(
  program: Command,
): (call: Invocation<Readonly<{ words?: boolean }>>) => Promise<ExitCode> {
  return ({ operands, options, program: words = [] }) => {
    if (options.words) printWords(program, words);
    else print(shellScripts[operands[0] as Shell]);
    return Promise.resolve(exitCodes.done);
  };
}

function printWords(program: Command, words: readonly string[]): void {
  const { candidates, adds } = completeWords(program, words, sources);
  const lines = candidates.map(({ word, description }) => `${word}\t${description}`);
  if (adds !== 'nothing') lines.push(`:${adds}`);
  if (lines.length > 0) process.stdout.write(`${lines.map(oneLine).join('\n')}\n`);
}

/** A tab separates a word from its description; nothing else of a name may move the cursor. */
function oneLine(line: string): string {
  return line.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]+/g, ' ');
}

/** As many runs as a list on a screen shows. */
const MOST_RUNS = 20;

/** Reads names only: no code of the user's is loaded and no server contacted. */
const sources: Sources = {
  values: (kind) => lookups[kind](),
  inputs(name) {
    try {
      const workflow = findWorkflow(name)?.workflow as { inputs?: unknown } | undefined;
      const declared = Object.entries((workflow?.inputs ?? {}) as Readonly<Record<string, unknown>>);
      return declared.map(([input, each]) => {
        const { description } = (each ?? {}) as { description?: unknown };
        return { word: `${input}=`, description: typeof description === 'string' ? description : '' };
      });
    } catch {
      // A file that cannot be read has no inputs to complete; running it reports why.
      return [];
    }
  },
};

const lookups: Readonly<Record<ValueKind, () => readonly Candidate[]>> = {
  run: listRecentRuns,
  workflow: () => listWorkflows().workflows.map(({ name, description }) => ({ word: name, description })),
  type: () => builtinTypes.map(({ type, description }) => ({ word: type, description })),
  topic: () => helpTopics.map((topic) => ({ word: topic, description: summarizePage(readPage(topic)) })),
  model: () => [
    { word: 'offline', description: 'no model: offline rules' },
    ...localProviders.map(({ id, label }) => ({ word: id, description: label })),
    ...pricedModels(),
  ],
};

function listRecentRuns(): readonly Candidate[] {
  const runs: Candidate[] = [{ word: 'latest', description: 'the last run' }];
  for (const { run, name, status, at } of listRuns(undefined)) {
    if (runs.length > MOST_RUNS) break;
    const time = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    runs.push({ word: run, description: `${time} ${status} ${name}` });
  }
  return runs;
}

/** The models of the providers that pflow connects to. */
function pricedModels(): readonly Candidate[] {
  const ids = new Set(hostedProviders.map(({ id }) => id));
  return [...defaultPrices().models.keys()]
    .filter((key) => ids.has(key.slice(0, key.indexOf('/'))))
    .map((key) => ({ word: key, description: '' }));
}
