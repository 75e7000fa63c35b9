import { expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { resolveInputs } from '../../../src/workflow/check/inputs.js';
import { workflowSchema } from '../../../src/workflow/format/ir.js';

const workflow = (inputs: Record<string, unknown>) =>
  workflowSchema.parse({ inputs, nodes: [{ id: 'say', type: 'echo' }] });

const one = (type: string | undefined, value: unknown) =>
  resolveInputs(workflow({ x: type === undefined ? {} : { type } }), { x: value })['x'];

const complaint = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    return `${error.message} ${error.hint}`;
  }
  return 'nothing was thrown';
};

test.each<[string | undefined, unknown, unknown]>([
  ['string', '5', '5'],
  ['str', 5, '5'],
  ['string', '', ''],
  ['number', '5.5', 5.5],
  ['float', '-1e3', -1000],
  ['int', '42', 42],
  ['integer', 42, 42],
  ['boolean', 'TRUE', true],
  ['bool', 'no', false],
  ['bool', true, true],
  ['object', '{"a": 1}', { a: 1 }],
  ['dict', { a: 1 }, { a: 1 }],
  ['array', '[1, "b"]', [1, 'b']],
  ['list', [1], [1]],
  ['any', '5', 5],
  [undefined, 'true', true],
  [undefined, '007', '007'],
  [undefined, '1.0', '1.0'],
  [undefined, '12345678901234567890', '12345678901234567890'],
  [undefined, '[1]', [1]],
  [undefined, '[draft] hello', '[draft] hello'],
  [undefined, '{"a": 1}', { a: 1 }],
  [undefined, 'plain', 'plain'],
  [undefined, null, null],
])('an input of type %s converts %j to %j', (type, value, expected) => {
  expect(one(type, value)).toEqual(expected);
});

test.each<[string, unknown, string]>([
  ['number', 'many', "Input 'x' must be a number, not 'many'. Give inputs as: x=…"],
  ['number', '', "Input 'x' must be a number, not ''. Give inputs as: x=…"],
  ['int', '1.5', "Input 'x' must be a whole number, not '1.5'. Give inputs as: x=…"],
  ['bool', 'maybe', "Input 'x' must be true or false, not 'maybe'. Give inputs as: x=…"],
  ['dict', '[1]', "Input 'x' must be a JSON object, not '[1]'. Give inputs as: x=…"],
  ['list', '{}', "Input 'x' must be a JSON list, not '{}'. Give inputs as: x=…"],
  ['list', 5, "Input 'x' must be a JSON list, not a number. Give inputs as: x=…"],
])('an input of type %s rejects %j', (type, value, message) => {
  expect(complaint(() => one(type, value))).toBe(message);
});

test('an absent input has its default, or null if it is optional', () => {
  const inputs = workflow({ a: { type: 'int', default: 3 }, b: { required: false }, c: { default: null } });
  expect(resolveInputs(inputs, {})).toEqual({ a: 3, b: null, c: null });
});

test('piped text is the value of the stdin input unless that input is given', () => {
  const inputs = workflow({ text: { type: 'string', stdin: true, default: 'none' }, other: { default: 1 } });
  expect(resolveInputs(inputs, {}, { stdin: 'piped' })).toEqual({ text: 'piped', other: 1 });
  expect(resolveInputs(inputs, { text: 'given' }, { stdin: 'piped' })).toMatchObject({ text: 'given' });
  expect(resolveInputs(inputs, {})).toMatchObject({ text: 'none' });
});

test('all missing, unknown and invalid inputs are named together', () => {
  const inputs = workflow({
    file_path: { description: 'The file' },
    count: { type: 'int' },
    tone: { default: 'dry' },
  });
  expect(complaint(() => resolveInputs(inputs, { file_paht: 'x', count: 'two' }))).toBe(
    "The workflow has no input 'file_paht'. Did you mean 'file_path'? Input 'file_path' is missing (The file). " +
      "Input 'count' must be a whole number, not 'two'. Give inputs as: file_path=… count=… [tone=…]",
  );
  expect(complaint(() => resolveInputs(workflow({}), { constructor: 'x' }))).toBe(
    "The workflow has no input 'constructor'. It takes none. Run it without key=value arguments.",
  );
});
