/** The check that rejects most texts before any rule is tried: it may skip only text that no rule would mask. */

import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/trace/redact/redact.js';
import { AnchorIndex } from '../../../src/trace/redact/scan/anchor-index.js';
import { Findings } from '../../../src/trace/redact/scan/secret-findings.js';
import { FORMATTED, NAMED } from './secret-kinds.js';

/** The same numbers in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

test('the first anchor equals that of a complete scan, for any length and characters', () => {
  const random = randomNumbers(7);
  // Few distinct characters, so that anchors are frequent; some beyond Latin-1, of which only the lowest bits are compared.
  const alphabet = 'abC-é密\u{ff21}';
  const text = (length: number) => Array.from({ length }, () => alphabet[random(alphabet.length)]!).join('');
  const outcomes = { found: 0, none: 0 };
  for (let round = 0; round < 3000; round++) {
    const index = new AnchorIndex();
    const ends: number[] = [];
    for (let i = random(3); i >= 0; i--) index.add(text(3), (_, end) => ends.push(end));
    // Around the length from which texts are read as bytes, and beyond the size of a chunk.
    const subject = round % 500 === 0 ? 'x'.repeat(65_530) + text(40) : text(random(110));
    index.scan(new Findings().begin(subject));
    const first = index.findFirst(subject);
    expect(first).toBe(ends.length === 0 ? -1 : ends[0]! - 3);
    outcomes[first < 0 ? 'none' : 'found']++;
  }
  expect(Math.min(outcomes.found, outcomes.none)).toBeGreaterThan(300);
});

test('every secret is found after a prefix of any length without anchors, and before any suffix', () => {
  const redactor = createRedactor({ env: {} });
  const texts: Readonly<Record<string, (secret: string) => string>> = {
    alone: (secret) => secret,
    named: (secret) => `api_key: ${secret}`,
    quoted: (secret) => `password = "${secret}"`,
  };
  const leaks: string[] = [];
  for (const { kind, sample } of [...FORMATTED, ...NAMED]) {
    for (const [place, write] of Object.entries(texts)) {
      if (place === 'alone' && NAMED.some((each) => each.kind === kind)) continue;
      const secret = sample();
      for (const before of [0, 1, 2, 3, 20, 44, 45, 46, 47, 48, 49, 50, 200]) {
        const shown = `${'. '.repeat(before).slice(0, before)} ${write(secret)} .`;
        if (redactor.text(shown).includes(secret)) leaks.push(`${kind} ${place} behind ${before}`);
      }
    }
  }
  expect(leaks).toEqual([]);
});
