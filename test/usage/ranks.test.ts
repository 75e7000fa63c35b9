import cl100k from 'tiktoken/encoders/cl100k_base.json' with { type: 'json' };
import o200k from 'tiktoken/encoders/o200k_base.json' with { type: 'json' };
import { expect, test } from 'vitest';
import {
  formatRanks,
  packPairs,
  packReferences,
  parseRanks,
  unpackPairs,
  unpackReferences,
} from '../../.config/build/ranks.js';

test('the ranks of both encodings are the same after they were packed', () => {
  const tokens = parseRanks(o200k.bpe_ranks);
  const known = unpackPairs(packPairs(tokens));
  expect(formatRanks(known) === o200k.bpe_ranks).toBe(true);
  const references = packReferences(parseRanks(cl100k.bpe_ranks), known);
  expect(formatRanks(unpackReferences(references, known)) === cl100k.bpe_ranks).toBe(true);
});

test('ranks that do not start at 0 and a token that joins no earlier ones are refused', () => {
  expect(() => parseRanks('! 5 IQ==')).toThrow('not one sequence');
  const bytes = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte).toString('base64'));
  const unreachable = parseRanks(`! 0 ${bytes.join(' ')} ${Buffer.from('abc').toString('base64')}`);
  expect(() => packPairs(unreachable)).toThrow('The token of rank 256 joins no two tokens');
});
