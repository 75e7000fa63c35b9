import { expect, test } from 'vitest';
import { parseInputOperands, parseTarget } from '../../../src/cli/target/parse-target.js';

test('the value of a key=value argument may contain newlines and equals signs', () => {
  const inputs = { text: 'first line\nsecond=line\r\n', query: 'a=b' };
  const operands = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
  expect(parseTarget(['flow.json', ...operands])).toEqual({
    kind: 'workflow',
    reference: 'flow.json',
    inputs,
  });
  expect(parseInputOperands(operands)).toEqual(inputs);
});
