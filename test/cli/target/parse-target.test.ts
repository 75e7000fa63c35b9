import { expect, test } from 'vitest';
import { readInputs, readWords } from '../../../src/cli/target/parse-target.js';

test('a value may contain line breaks and further equals signs', () => {
  const inputs = { text: 'first line\nsecond=line\r\n', query: 'a=b' };
  const operands = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
  expect(readWords(['flow.json', ...operands])).toEqual({
    kind: 'workflow',
    reference: 'flow.json',
    inputs,
  });
  expect(readInputs(operands)).toEqual(inputs);
});
