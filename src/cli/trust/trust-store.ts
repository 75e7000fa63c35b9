/** Stores which folders' code the user has trusted, in ~/.pflow/trust.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import { writeSaved } from '../../workflow/library/saved-file.js';
import type { ProjectCode } from './project-code.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The content of a folder that was trusted: its hash and the time (ISO). */
export type Trusted = Readonly<{ sha256: string; trusted_at: string }>;

/** The trusted folders by absolute path. A file that cannot be read trusts nothing. */
export function readTrusted(env: Env = process.env): Readonly<Record<string, Trusted>> {
  try {
    const { folders } = JSON.parse(readFileSync(trustFile(env), 'utf8')) as { folders?: unknown };
    const entries = Object.entries(folders ?? {}).filter(([, each]) => isTrustedEntry(each));
    return Object.fromEntries(entries) as Record<string, Trusted>;
  } catch {
    return {};
  }
}

/** Whether the code of a folder was trusted with this content, with another one, or never. */
export function trustStateOf(
  { folder, hash }: Pick<ProjectCode, 'folder' | 'hash'>,
  env: Env = process.env,
): 'trusted' | 'changed' | 'unknown' {
  const all = readTrusted(env);
  if (!Object.hasOwn(all, folder)) return 'unknown';
  return all[folder]!.sha256 === hash ? 'trusted' : 'changed';
}

/** Trusts a folder with this content. The file is replaced atomically and readable by the user only. */
export function trustFolder(
  { folder, hash }: Pick<ProjectCode, 'folder' | 'hash'>,
  env: Env = process.env,
): void {
  const entry: Trusted = { sha256: hash, trusted_at: new Date().toISOString() };
  write({ ...readTrusted(env), [folder]: entry }, env);
}

/** Removes a folder. Returns whether it was present. */
export function removeTrust(folder: string, env: Env = process.env): boolean {
  const { [folder]: removed, ...others } = readTrusted(env);
  if (removed) write(others, env);
  return removed !== undefined;
}

function write(folders: Readonly<Record<string, Trusted>>, env: Env): void {
  writeSaved(trustFile(env), `${JSON.stringify({ folders }, null, 2)}\n`);
}

function trustFile(env: Env): string {
  return join(pflowHome(env), 'trust.json');
}

function isTrustedEntry(value: unknown): value is Trusted {
  const entry = value as Partial<Record<keyof Trusted, unknown>> | null;
  return (
    typeof entry === 'object' && typeof entry?.sha256 === 'string' && typeof entry.trusted_at === 'string'
  );
}
