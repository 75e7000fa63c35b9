/** Opens a trace file of any format for reading: a foreign one is converted to a temporary file first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBlobPath } from '../../trace/blobs/blob-writer.js';
import { TraceInput } from '../../trace/read/trace-input.js';
import { onExit } from '../io/on-exit.js';
import { trackProgress } from './reading-progress.js';

/** An open trace in pflow's format, and where its full values are. */
export type OpenInput = Readonly<{
  input: TraceInput;
  blobPath: string;
  /** What a conversion skipped, one sentence each. */
  notes: readonly string[];
}>;

/** Opens a trace. The input stays open until the process exits. Throws a PflowError for a file in no format that is known. */
export async function openInput(path: string): Promise<OpenInput> {
  const input = new TraceInput(path);
  if (isOwnTrace(input)) return { input, blobPath: toBlobPath(path), notes: [] };
  input.close();
  return convert(path);
}

/** Whether a file begins like a trace of pflow, of whatever version, or has no content yet. */
export function isOwnTrace(input: TraceInput): boolean {
  const head = input.bytes(0, 4096).toString().trimStart();
  return head === '' || head.startsWith('{"seq"');
}

async function convert(path: string): Promise<OpenInput> {
  const { importTrace } = await import('../../importers/import-trace.js');
  const { writeImport } = await import('./write-import.js');
  const progress = trackProgress(path);
  const imported = await importTrace(path, progress.report);
  const folder = mkdtempSync(join(tmpdir(), 'pflow-import-'));
  onExit(async () => rmSync(folder, { recursive: true, force: true }));
  const converted = join(folder, 'trace.jsonl');
  try {
    writeImport(imported, converted);
  } finally {
    imported.close();
    progress.clear();
  }
  return {
    input: new TraceInput(converted),
    blobPath: toBlobPath(converted),
    notes: imported.notes.map((note) => `${path}: ${note}`),
  };
}
