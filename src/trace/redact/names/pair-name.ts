/** The name of a value in an object that holds both: `{name: 'X-Api-Key', value: '…'}`. */

import { NAME_FIELDS, VALUE_FIELDS } from './paired-value.js';
import { rateName } from './secret-name.js';

const MOST_KEYS = 16;

/** The name that a sibling field gives to the field `key` of an object, if it is the name of a secret. */
export function findPairName(object: Readonly<Record<string, unknown>>, key: string): string | undefined {
  if (!mayHoldValue(key) || !VALUE_FIELDS.has(key.toLowerCase())) return undefined;
  const keys = Object.keys(object);
  if (keys.length > MOST_KEYS) return undefined;
  for (const each of keys) {
    if (!NAME_FIELDS.has(each.toLowerCase())) continue;
    const name = Object.getOwnPropertyDescriptor(object, each)?.value as unknown;
    if (typeof name === 'string' && rateName(name) !== 'none') return name;
  }
  return undefined;
}

/** Rules out nearly all keys by their first letter. */
function mayHoldValue(key: string): boolean {
  return (key.charCodeAt(0) | 0x20) === LETTER_V;
}

const LETTER_V = 0x76;
