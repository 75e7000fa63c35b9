import { expect, test } from 'vitest';
import { code } from '../../../src/nodes/code/code-node.js';
import { detectLanguage } from '../../../src/nodes/code/detect-language.js';
import { failureOf, runNode } from '../../support/run-node.js';

const result = async (source: string, inputs: Record<string, unknown> = {}) =>
  (await runNode(code, { code: source, inputs })).outputs['result'];

test.each<[string, string, Record<string, unknown>, unknown]>([
  ['an expression', 'a + b', { a: 1, b: 2 }, 3],
  ['an expression with a semicolon', 'text.length;\n', { text: 'four' }, 4],
  ['an object', '{ a, twice: a * 2 }', { a: 2 }, { a: 2, twice: 4 }],
  ['a function body', 'const n = list.length;\nreturn n * 10', { list: [1, 2] }, 20],
  ['an assignment to result', 'const result = text.toUpperCase()', { text: 'x' }, 'X'],
  ['an assignment without a declaration', 'result = 5', {}, 5],
  ['assignments in branches', 'if (n > 1) { result = "many" } else { result = "one" }', { n: 2 }, 'many'],
  ['a variable declared by var', 'var result = 1;\nresult += 1', {}, 2],
  ['a comparison with result as an input', 'result === 5', { result: 5 }, true],
  ['an awaited value', 'await Promise.resolve(7)', {}, 7],
  ['a chain of promises', 'return Promise.resolve(1).then((n) => n + 1).then((n) => n + 1)', {}, 3],
  ['a comment at the end', 'n * 2 // twice', { n: 4 }, 8],
  ['null', 'null', {}, null],
  ['an expression without a value', 'undefined', {}, null],
  ['null for numbers that JSON cannot represent', '[NaN, Infinity]', {}, [null, null]],
  [
    'own properties of an input only',
    'Object.keys(o)',
    { o: JSON.parse('{"__proto__": 1}') as unknown },
    ['__proto__'],
  ],
  ['lists that are Array instances', 'list instanceof Array && list.map((x) => x + 1)', { list: [1] }, [2]],
])('the code node returns %s', async (_name, source, inputs, expected) => {
  expect(await result(source, inputs)).toEqual(expected);
});

test('console output of code is captured', async () => {
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
])('%j fails with the line of its error', async (source, message) => {
  expect(await failureOf(code, { code: source })).toBe(message);
});

test('code has no access to the process, files or the network', async () => {
  expect(
    await result(
      '[typeof process, typeof require, typeof fetch, typeof setTimeout, typeof globalThis.Buffer]',
    ),
  ).toEqual(Array(5).fill('undefined'));
});

test('an input that is not a valid variable name is rejected', async () => {
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

test('code that exceeds its timeout is aborted', async () => {
  expect(await failureOf(code, { code: 'for (;;) {}', timeout: 0.3 })).toBe(
    'The code timed out after 300ms.',
  );
});

test('code that exceeds the memory limit is aborted', async () => {
  expect(await failureOf(code, { code: 'const a = []; for (;;) a.push(new Array(100000).fill(1.5))' })).toBe(
    'The code needed more than 256 MB of memory.',
  );
});

test('cancelling the run aborts the code', async () => {
  const controller = new AbortController();
  const failure = failureOf(code, { code: 'for (;;) {}' }, { signal: controller.signal });
  controller.abort();
  expect(await failure).toBe('The run was cancelled.');
});

test.each<[string, string]>([
  ['assigned', 'next = n >= 3 ? "good" : "bump"\nresult = n'],
  ['declared', 'const result = n; const next = "good"'],
  ['declared before a return', 'const next = "good"; return 1'],
  ['declared and assigned later', 'let next = "bad"; let result = 1; next = "good"; return result'],
  ['declared by var', 'var next = "good"; return 1'],
])('an action that is %s is taken', async (_name, source) => {
  expect(await runNode(code, { code: source, inputs: { n: 3 } })).toMatchObject({
    action: 'good',
    outputs: { next: 'good' },
  });
});

test('`next` must be text, and null means the default action', async () => {
  expect(await failureOf(code, { code: 'next = 5; return 1' })).toBe(
    'The code failed: next is 5. Assign it the name of an action, as text.',
  );
  expect((await runNode(code, { code: 'next = null; return 1' })).action).toBe('default');
});

test('a declared variable that was not reached has no value', async () => {
  expect((await runNode(code, { code: 'if (true) return 1; const next = "late"' })).action).toBe('default');
});

test.each<[string, string]>([
  ['result: dict = {"a": 1}', 'python'],
  ['data: list\nresult = len(data)', 'python'],
  ['def f(x):\n    return x\nresult = f(1)', 'python'],
  ['for x in [1]:\n    pass\nresult = 1', 'python'],
  ['[x * 2 for x in data]', 'python'],
  ['import json\nresult = json.dumps({})', 'python'],
  ['result = None if data else True', 'python'],
  ['f"{data} items"', 'python'],
  ['result = a not in b', 'python'],
  ['result = 5', 'javascript'],
  ['data.length', 'javascript'],
  ['for (const x of data) { result = x }', 'javascript'],
  ['outer: for (;;) { break outer }\nreturn 1', 'javascript'],
  ['{ list: data, object: 1 }', 'javascript'],
  ['const None = 1; return None', 'javascript'],
  ['let y = ;', 'javascript'],
  ['// import json\nreturn await Promise.resolve(1)', 'javascript'],
  ['result = len(text)', 'python'],
  ['result = sorted(items)[0]', 'python'],
  ['result = name.upper()', 'python'],
  ['half = len(items) // 2\nresult = items[half]', 'python'],
  ['words = text.split()\nresult = sum(map(len, words))', 'python'],
  ['const len = (x) => x.length;\nresult = len(text);', 'javascript'],
  ['result = text.toUpperCase()', 'javascript'],
  ['result = items.map(round).length', 'javascript'],
  ['function sum(a, b) {\n  return a + b\n}\nresult = sum(1, 2)', 'javascript'],
])('the language of %j is detected as %s', (source, language) => {
  expect(detectLanguage(source)).toBe(language);
});
