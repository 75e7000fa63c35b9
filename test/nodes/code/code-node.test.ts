import { expect, test } from 'vitest';
import { code } from '../../../src/nodes/code/code-node.js';
import { failureOf, runNode } from '../../support/run-node.js';

const result = async (source: string, inputs: Record<string, unknown> = {}) =>
  (await runNode(code, { code: source, inputs })).outputs['result'];

test.each<[string, string, Record<string, unknown>, unknown]>([
  ['an expression', 'a + b', { a: 1, b: 2 }, 3],
  ['an expression with a semicolon', 'text.length;\n', { text: 'four' }, 4],
  ['an object', '{ a, twice: a * 2 }', { a: 2 }, { a: 2, twice: 4 }],
  ['a function body', 'const n = list.length;\nreturn n * 10', { list: [1, 2] }, 20],
  ['an assignment to result', 'const result = text.toUpperCase()', { text: 'x' }, 'X'],
  ['an awaited value', 'await Promise.resolve(7)', {}, 7],
  ['a chain of promises', 'return Promise.resolve(1).then((n) => n + 1).then((n) => n + 1)', {}, 3],
  ['a comment at the end', 'n * 2 // twice', { n: 4 }, 8],
  ['null', 'null', {}, null],
  ['an expression without a value', 'undefined', {}, null],
  ['numbers that JSON has no word for', '[NaN, Infinity]', {}, [null, null]],
  [
    'an input that is data only',
    'Object.keys(o)',
    { o: JSON.parse('{"__proto__": 1}') as unknown },
    ['__proto__'],
  ],
  ['lists that are lists', 'list instanceof Array && list.map((x) => x + 1)', { list: [1] }, [2]],
])('%s gives its value', async (_name, source, inputs, expected) => {
  expect(await result(source, inputs)).toEqual(expected);
});

test('what it prints is captured', async () => {
  const { outputs, logs } = await runNode(code, {
    code: 'console.log("a", 1, {b: 2}); console.error(new Error("bad")); return 1',
  });
  expect(outputs).toEqual({ result: 1, stdout: 'a 1 {"b":2}\n', stderr: 'Error: bad\n' });
  expect(logs).toEqual(['stdout: a 1 {"b":2}\n', 'stderr: Error: bad\n']);
});

test.each<[string, string]>([
  ['const a = 1;\n\nthrow new TypeError("no good")', 'The code failed in line 3: TypeError: no good'],
  ['a.b', 'The code failed in line 1: ReferenceError: a is not defined'],
  ['let x = 1;\nlet y = ;', "The code failed in line 2: Unexpected token ';'"],
  ['throw "just text"', 'The code failed: it threw just text'],
  [
    'const x = 1',
    'The code failed: it gives no result. Write an expression, return a value, or assign it to result.',
  ],
  ['1n', 'The code failed: TypeError: Do not know how to serialize a BigInt'],
  ['new Promise(() => {})', 'The code failed: it waits for something that never comes.'],
  [
    '(function f() { return f() })()',
    'The code failed in line 1: RangeError: Maximum call stack size exceeded',
  ],
])('%j fails with its line', async (source, message) => {
  expect(await failureOf(code, { code: source })).toBe(message);
});

test('it reaches neither process nor files nor network', async () => {
  expect(
    await result(
      '[typeof process, typeof require, typeof fetch, typeof setTimeout, typeof globalThis.Buffer]',
    ),
  ).toEqual(Array(5).fill('undefined'));
});

test('an input that is no variable name is refused', async () => {
  expect(await failureOf(code, { code: '1', inputs: { 'my-name': 1 } })).toBe(
    "The code failed: the input 'my-name' cannot be the name of a variable.",
  );
  expect(await failureOf(code, { code: '1', inputs: { class: 1 } })).toBe(
    "The code failed: the input 'class' cannot be the name of a variable.",
  );
  expect(await failureOf(code, { code: '1', inputs: { 'a = (() => { throw 1 })()': 1 } })).toContain(
    'cannot be the name of a variable.',
  );
});

test('code that does not end is stopped', async () => {
  expect(await failureOf(code, { code: 'for (;;) {}', timeout: 0.3 })).toBe(
    'The code timed out after 300ms.',
  );
});

test('code that takes all memory is stopped', async () => {
  expect(await failureOf(code, { code: 'const a = []; for (;;) a.push(new Array(100000).fill(1.5))' })).toBe(
    'The code needed more than 256 MB of memory.',
  );
});

test('code is stopped when the run is', async () => {
  const controller = new AbortController();
  const failure = failureOf(code, { code: 'for (;;) {}' }, { signal: controller.signal });
  controller.abort();
  expect(await failure).toBe('The run was cancelled.');
});
