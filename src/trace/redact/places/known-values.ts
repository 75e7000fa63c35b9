/** Masks the values of secret environment variables wherever they occur, plain, escaped or encoded. */

import type { AnchorIndex, Detector } from '../scan/anchor-index.js';
import { secretForms } from './secret-forms.js';
import { isSecretName } from '../names/secret-name.js';
import { ANCHOR_LENGTH, findRarest } from '../scan/anchor.js';

/** Values too short to be a secret would mask ordinary words. */
const MIN_SECRET_LENGTH = 8;

/** The shell's folders: their names look like passwords, and every path of a project begins with them. */
const FOLDERS: ReadonlySet<string> = new Set(['PWD', 'OLDPWD']);

/** The values of variables whose names look secret, with the names. */
export function findSecretVariables(
  env: Readonly<Record<string, string | undefined>>,
): (readonly [name: string, value: string])[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= MIN_SECRET_LENGTH && isSecretName(name) && !FOLDERS.has(name)
      ? [[name, value] as const]
      : [],
  );
}

/** Adds what a secret value is found by. */
export function addKnownValue(index: AnchorIndex, name: string, value: string): void {
  const kind = `env:${name}`;
  for (const form of secretForms(value)) {
    const at = findRarest(form);
    const detect: Detector = (found, end) => {
      const start = end - ANCHOR_LENGTH - at;
      if (found.cursor.has(form, start)) found.add(start, start + form.length, kind);
    };
    index.add(form.slice(at), detect);
  }
}
