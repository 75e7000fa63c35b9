/** The redactor of a run: masks secrets in texts and by the names of keys before anything reaches the trace. */

import { randomInt } from 'node:crypto';
import type { Captured } from '../event/captured.js';
import { AnchorIndex } from './scan/anchor-index.js';
import { addCommands } from './places/command-secrets.js';
import { addEncoded, findSecrets } from './scan/encoded-text.js';
import { Findings, MASK_START } from './scan/secret-findings.js';
import { addFormats } from './formats/format-index.js';
import { addSchemes } from './names/header-value.js';
import { addKnownValue, findSecretVariables } from './places/known-values.js';
import { addNames } from './names/names.js';
import { accepts } from './names/named-value.js';
import { addPrivateKeys } from './places/private-key.js';
import { hidesNumbers, rateName, type NameStrength } from './names/secret-name.js';
import { findInList } from './text-list.js';
import { addUrls } from './places/url-secrets.js';

/** Masks secrets before anything reaches the stream. */
export interface Redactor {
  /** The mask of a value that is secret by the name of its key; undefined if it is not. */
  byKey(key: string, value: unknown): Captured | undefined;
  /** A key as it may be shown. */
  keyText(key: string): string;
  /** The text with every secret in it replaced by `[secret:<rule>]`. */
  text(text: string): string;
  /** The texts of a list, each as it may be shown: a secret identified by the adjacent text, or split between two, is masked too. */
  texts(texts: readonly string[]): readonly string[];
  /** How many different secrets were masked so far; one that is met again is not another. */
  readonly masked: number;
}

/**
 * The redactor of a run: by key name, by pattern, and by the values of environment variables whose names look secret,
 * wherever they occur.
 */
export function createRedactor(options: { env: Readonly<Record<string, string | undefined>> }): Redactor {
  const index = createIndex(options.env);
  const findings = new Findings();
  let recent = new Map<string, Verdict>();
  let earlier = recent;
  const masked = new Set<number>();

  const redact = (text: string): string => {
    if (text.length < MIN_LENGTH) return text;
    const first = index.findFirst(text);
    if (first < 0) return text;
    const found = findSecrets(index, text, findings, first);
    return found.isEmpty ? text : maskSpans(text, found);
  };
  const maskSpans = (text: string, found: Findings): string => {
    let safe = '';
    let at = 0;
    for (const { start, end, kind } of found.merge()) {
      masked.add(digest(text.slice(start, end)));
      safe += `${text.slice(at, start)}${MASK_START}${kind}]`;
      at = end;
    }
    return safe + text.slice(at);
  };
  const verdictOn = (key: string): Verdict => {
    const known = recent.get(key);
    if (known !== undefined) return known;
    const verdict = earlier.get(key) ?? {
      text: redact(key),
      strength: rateName(key),
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
      const { strength, numbersToo } = verdictOn(key);
      if (strength === 'none' || !saysSomething(value, numbersToo)) return undefined;
      if (typeof value === 'string' ? !accepts({ text: key, strength }, value, true) : strength !== 'certain')
        return undefined;
      masked.add(digest(typeof value === 'object' ? key : String(value)));
      return { $: 'secret', by: 'key' };
    },
    keyText: (key) => verdictOn(key).text,
    text: redact,
    texts(texts) {
      const found = findInList(index, texts);
      if (!found) return texts;
      return texts.map((text, i) => {
        const own = found.get(i);
        return own === undefined || own.isEmpty ? text : maskSpans(text, own);
      });
    },
  };
}

/** Lets everything through; a run with `--no-redact` says so in its first event. */
export const noRedactor: Redactor = {
  byKey: () => undefined,
  keyText: (key) => key,
  text: (text) => text,
  texts: (texts) => texts,
  masked: 0,
};

/**
 * How many keys are remembered at least, and how long they may be. Those that were met last are: a store of very many keys
 * would else leave no room for the few that every node has.
 */
const MOST_REMEMBERED = 5000;
const LONGEST_REMEMBERED = 256;

type Verdict = Readonly<{ text: string; strength: NameStrength; numbersToo: boolean }>;

/**
 * Identifies secrets without keeping their text. Objects are identified by their key. Only counts depend on it: 53 bits of two
 * multiplicative hashes suffice, and cost a tenth of a cryptographic one.
 */
function digest(secret: string): number {
  let high = SEED;
  let low = ~SEED;
  for (let i = 0; i < secret.length; i++) {
    const code = secret.charCodeAt(i);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x85ebca6b);
    high ^= high >>> 15;
    low ^= low >>> 13;
  }
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}

const SEED = randomInt(0x7fffffff);

/** Nothing, a flag or a count under a secret name gives nothing away. */
function saysSomething(value: unknown, numbersToo: boolean): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return numbersToo;
  return (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null);
}

/** The shortest text that has a secret which is found by more than its name. */
const MIN_LENGTH = 8;

/** What all redactors look for is gathered once. */
let common: AnchorIndex | undefined;

function createIndex(env: Readonly<Record<string, string | undefined>>): AnchorIndex {
  common ??= createCommonIndex();
  const known = findSecretVariables(env);
  if (known.length === 0) return common;
  const index = new AnchorIndex(common);
  for (const [name, value] of known) addKnownValue(index, name, value);
  return index;
}

function createCommonIndex(): AnchorIndex {
  const index = new AnchorIndex();
  for (const add of [addFormats, addPrivateKeys, addSchemes, addUrls, addCommands, addNames, addEncoded])
    add(index);
  return index;
}
