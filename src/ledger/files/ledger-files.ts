/** Locates the files of the ledger and appends lines to them. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { makePrivateFolder } from '../../lib/private-files.js';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import type { LedgerLine } from './ledger-line.js';

/** The folder of the ledger: `~/.pflow/ledger`, with a file per month, `YYYY-MM.jsonl`. */
export function ledgerFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(pflowHome(env), 'ledger');
}

/** The folder of the ledger for a run; false if PFLOW_LEDGER=off, or an explicit `enabled: false`, leaves it out. */
export function selectLedger(
  env: Readonly<Record<string, string | undefined>>,
  enabled: boolean | undefined,
): string | false {
  const isOn = enabled ?? !/^(?:off|0|false|no)$/i.test(env['PFLOW_LEDGER'] ?? '');
  return isOn ? ledgerFolder(env) : false;
}

/** The month (UTC) whose file contains a call or run that started at this time: `2026-11`. */
export function monthOf(at: string): string {
  return at.slice(0, 7);
}

/** The path of a month's file. */
export function monthPath(folder: string, month: string): string {
  return join(folder, `${month}.jsonl`);
}

/** The months with a file in the ledger, oldest first. Empty for a missing folder. */
export function listMonths(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => /^(\d{4}-\d\d)\.jsonl$/.exec(name)?.[1] ?? []).toSorted();
}

/**
 * Appends the lines of a run, each to the file of its month: one write per file, on a descriptor opened for appending, so
 * that concurrent writers do not interleave their lines. The file with the run's own line, the last one, is written last: a run
 * whose line is present has all of its calls. Throws if a file cannot be written.
 */
export function appendLines(folder: string, lines: readonly LedgerLine[]): void {
  if (lines.length === 0) return;
  makePrivateFolder(folder);
  const months = new Map<string, LedgerLine[]>();
  for (const line of lines) {
    const month = monthOf(line.at);
    const group = months.get(month);
    if (group) group.push(line);
    else months.set(month, [line]);
  }
  const last = monthOf(lines.at(-1)!.at);
  const ordered = [...months].toSorted(([a], [b]) => Number(a === last) - Number(b === last));
  for (const [month, group] of ordered) appendTo(monthPath(folder, month), group);
}

function appendTo(path: string, lines: readonly LedgerLine[]): void {
  const fd = openSync(path, 'a+', 0o600);
  try {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    // A torn last line must not merge with the first of these lines.
    let rest: Buffer = Buffer.from(endsInTornLine(fd) ? `\n${text}` : text);
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } finally {
    closeSync(fd);
  }
}

function endsInTornLine(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

const NEWLINE = 10;
