import { createHash } from 'node:crypto';
import type { Captured } from '../event/captured.js';
import { hidesNumbers, isSecretName } from './secret-name.js';
import { secretForms } from './secret-forms.js';
import { maskSecrets } from './secret-rules.js';

/** Masks secrets before anything reaches the stream. */
export interface Redactor {
  /** What stands for a value that is secret by the name of its key; undefined when it may be looked at. */
  byKey(key: string, value: unknown): Captured | undefined;
  /** A key as it may be shown. */
  keyText(key: string): string;
  /** The text with every secret in it replaced by `[secret:<rule>]`. */
  text(text: string): string;
  /** How many different secrets were masked so far; one that is met again is not another. */
  readonly masked: number;
}

/**
 * The redactor of a run: by key name, by pattern, and by the values of environment variables whose names look secret,
 * wherever they occur.
 */
export function createRedactor(options: { env: Readonly<Record<string, string | undefined>> }): Redactor {
  const known = secretValues(options.env);
  let recent = new Map<string, Verdict>();
  let earlier = recent;
  const masked = new Set<string>();

  const mask = (rule: string, secret: string): string => {
    masked.add(digest(secret));
    return `[secret:${rule}]`;
  };
  const redact = (text: string): string => {
    let safe = text;
    for (const { value, name } of known) {
      if (safe.includes(value)) safe = safe.replaceAll(value, () => mask(`env:${name}`, value));
    }
    return maskSecrets(safe, mask);
  };
  const verdictOn = (key: string): Verdict => {
    const known = recent.get(key);
    if (known !== undefined) return known;
    const verdict = earlier.get(key) ?? {
      text: redact(key),
      secret: isSecretName(key),
      numbersToo: hidesNumbers(key),
    };
    if (key.length >= LONGEST_REMEMBERED) return verdict;
    if (recent.size >= MOST_REMEMBERED) {
      earlier = recent;
      recent = new Map();
    }
    recent.set(key, verdict);
    return verdict;
  };
  return {
    get masked() {
      return masked.size;
    },
    byKey(key, value) {
      const { secret, numbersToo } = verdictOn(key);
      if (!secret || !saysSomething(value, numbersToo)) return undefined;
      masked.add(digest(typeof value === 'object' ? key : String(value)));
      return { $: 'secret', by: 'key' };
    },
    keyText: (key) => verdictOn(key).text,
    text: redact,
  };
}

/** Lets everything through; a run with `--no-redact` says so in its first event. */
export const noRedactor: Redactor = {
  byKey: () => undefined,
  keyText: (key) => key,
  text: (text) => text,
  masked: 0,
};

/**
 * How many keys are remembered at least, and how long they may be. Those that were met last are: a store of very many keys
 * would else leave no room for the few that every node has.
 */
const MOST_REMEMBERED = 5000;
const LONGEST_REMEMBERED = 256;

type Verdict = Readonly<{ text: string; secret: boolean; numbersToo: boolean }>;

/** What tells secrets apart without keeping the ones that were met. Objects are told apart by their key. */
function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

/** Nothing, a flag or a count under a secret name gives nothing away. */
function saysSomething(value: unknown, numbersToo: boolean): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return numbersToo;
  return (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null);
}

/** Values too short to be a secret would mask ordinary words. */
const MIN_SECRET_LENGTH = 8;

/** The shell's folders: their names look like passwords, and every path of a project begins with them. */
const FOLDERS: ReadonlySet<string> = new Set(['PWD', 'OLDPWD']);

/** The longest first: one may be a part of another. */
function secretValues(env: Readonly<Record<string, string | undefined>>): { name: string; value: string }[] {
  return Object.entries(env)
    .flatMap(([name, value]) =>
      value !== undefined && value.length >= MIN_SECRET_LENGTH && isSecretName(name) && !FOLDERS.has(name)
        ? secretForms(value).map((form) => ({ name, value: form }))
        : [],
    )
    .toSorted((a, b) => b.value.length - a.value.length);
}
