import { expect, test } from 'vitest';
import { decompressByBlocks, decompressZstd } from '../../../src/lib/data/zstd.js';

/** `zstd -19` of the numbers from 1 to 400 on a line each. */
const numbers = Array.from({ length: 400 }, (_, i) => `${i + 1}\n`).join('');
const compressed = Buffer.from(
  [
    'KLUv/WTUBHUTAEpdpAkLoMUNZNtkT1XvHgKWAJYAlgAbcIft2qbt2Zbt2O42t7cNtgPYBTaBPWAL2AF2wSbYAxuAHcIVpvCEJRzh',
    'hhleGIRDXTXVU0sddWvWq0Ed6KKJHlrooEuTHg3oMNdM88wyx9yZ82YwB7lkkkcWOeTKlCcDOcQVUzyxxBE3ZrwYxKFXpz5devR2',
    '9nXQAy9OfLjw4OXk44CHXZv2bNmxu7m3wQ7X9CzHnS/jHef4xsF4ALwAJ8AHcAE8AC/gBHyAA8BD2BU2hT1hS9gRdsNm2AsbhB1q',
    'V22qPbWldtRubdZebVA70C7aRHtoC+2gXdqkPdqAdphds2n2zJbZMbuzOXuzwewgu2ST7JEtskN2ZVP2ZAPZIXbFptgTW2JH7MZm',
    '7MUGsUN3dVP3dEt3dLeb3esG3YG7uIl7uIU7uMtN7jEE+oAuoAfoBZ2gD3QAegi8AqfAJ3AJPAJv4Ax8gYPAQ/EqTsWnuBSP4i3O',
    '4isOigfiRZyID3EhHsRLnMRHHBAPw2s4DZ/hMjyGdziHbzgYHoSXcBI+wkV4CK9wCp9wIDwEr+AUfIJL8Aje4Ay+4CB4KK9yKp9y',
    'KY/ylrN85aA8kBc5kQ+5kAd5yUk+ckAexmucxmdcxiMDEIfQK3QKfUKX0CP0hs7QFzoIPVSv6lR9qkv1qN7qrL7qoHqgXtSJ+lAX',
    '6kG91El91AH1ML2m0/SZLtNjeqdz+qaD6UF6SSfpI12kh/RKp/RJB9JD9IpO0Se6RI/ojc7oiw6ih/Zqp/Zpl/Zobzvb1w7aA3ux',
    'E/uwC3uwl53sYwfsYb3WaX3WZT3Wu871rYP1AHqBHgA7oDgI',
  ].join(''),
  'base64',
);

test.each([
  ["Node's", decompressZstd],
  ['our', decompressByBlocks],
])('%s decompressor reads frames, also several in a row', (_, decompress) => {
  expect(decompress(compressed, 10_000).toString()).toBe(numbers);
  expect(decompressByBlocks(Buffer.concat([compressed, compressed]), 10_000).toString()).toBe(
    numbers.repeat(2),
  );
});

test('a stream that was cut off gives the blocks that are whole', () => {
  // Two blocks that are not compressed: `ab` and, as the last one, `cd`.
  const frame = Buffer.from('28b52ffd200410000061621100006364', 'hex');
  expect(decompressByBlocks(frame, 10).toString()).toBe('abcd');
  expect(decompressByBlocks(frame.subarray(0, -1), 10).toString()).toBe('ab');
});

test('damage and more than the limit are errors', () => {
  expect(() => decompressByBlocks(Buffer.from('no zstd at all'), 100)).toThrow('invalid zstd data');
  expect(() => decompressByBlocks(compressed, 100)).toThrow('more than 100 bytes');
});
