/** Runs `pflow trace import`: converts traces of other programs to pflow's own. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PflowError } from '../../../lib/error.js';
import { plural } from '../../../lib/text/format.js';
import { shortRunId } from '../../../lib/id.js';
import { enterTraceFile } from '../../../ledger/enter/enter-traces.js';
import { ledgerFolder } from '../../../ledger/files/ledger-files.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import type { FormatOption } from '../../args/run-options.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, say, sayError, warn } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import { importFile, type ImportedFile } from '../../traces/import-file.js';

type ImportOptions = FormatOption & Readonly<{ traceDir?: string; ledger: boolean }>;

/**
 * `pflow trace import <file | folder …>`: writes each file's run into the folder of traces, redacted. Importing a file again
 * changes nothing; a log that has grown replaces its earlier import. In folders, other files are left out.
 */
export async function traceImport({ operands, options }: Invocation<ImportOptions>): Promise<ExitCode> {
  const folder = options.traceDir ?? defaultTraceDir(process.env);
  const imported: ImportedFile[] = [];
  let failed = 0;
  let others = 0;
  for (const { path, isNamed } of operands.flatMap(listFiles)) {
    try {
      imported.push(await importFile(path, folder));
    } catch (error) {
      if (!isNamed && error instanceof PflowError && error.code === 'invalid_trace') others++;
      else {
        failed++;
        sayError(error);
      }
    }
  }
  for (const { path, notes } of imported) for (const note of notes) warn(`${path}: ${note}`);
  if (options.ledger) await enterRuns(imported);
  if (options.outputFormat === 'json')
    printJson(
      imported.map(({ path, status, run, trace }) => ({
        path,
        status,
        run: run ?? null,
        trace: trace ?? null,
      })),
    );
  else for (const each of imported) print(describe(each));
  if (others > 0) say(`${plural(others, 'other file')} left out.`);
  return failed > 0 ? exitCodes.failed : exitCodes.done;
}

/** The files of a folder and its sub-folders in order, or the named file. Hidden files are left out. */
function listFiles(path: string): { path: string; isNamed: boolean }[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [{ path, isNamed: true }];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && !name.endsWith('.values.jsonl'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return listFiles(inside);
      return entry.isFile() ? [{ path: inside, isNamed: false }] : [];
    });
}

async function enterRuns(imported: readonly ImportedFile[]): Promise<void> {
  const changed = imported.filter(({ status }) => status === 'imported' || status === 'updated');
  if (changed.length === 0) return;
  const { prices, warnings } = loadPrices();
  for (const warning of warnings) warn(warning);
  try {
    for (const { trace } of changed) await enterTraceFile(ledgerFolder(), trace!, prices);
  } catch (error) {
    warn(`The imported runs are not in the ledger: ${messageOf(error)}.`);
  }
}

function describe({ path, status, run, trace }: ImportedFile): string {
  if (status === 'own') return `${path}: is a trace of pflow already`;
  const id = shortRunId(run!);
  if (status === 'kept') return `${path}: the run ${id} has a trace of its own, ${trace}`;
  const done = {
    imported: 'imported as',
    updated: 'updated',
    unchanged: 'unchanged since it was imported as',
  };
  return `${path}: ${done[status]} ${id}`;
}
