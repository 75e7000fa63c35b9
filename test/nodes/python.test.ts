import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { code } from '../../src/nodes/code/code-node.js';
import { failureOf, runNode } from '../support/run-node.js';

const python = (source: string, inputs: Record<string, unknown> = {}, timeout = 30) => ({
  code: source,
  language: 'python',
  inputs,
  timeout,
});

const result = async (source: string, inputs: Record<string, unknown> = {}) =>
  (await runNode(code, python(source, inputs))).outputs['result'];

test.each<[string, string, Record<string, unknown>, unknown]>([
  ['a variable named result', 'result = a + b', { a: 1, b: 2 }, 3],
  ['an annotated result', 'data: list\n\nresult: list = [x * 2 for x in data]', { data: [1, 2] }, [2, 4]],
  ['an expression', 'len(text)', { text: 'four' }, 4],
  [
    'functions and imports',
    'import re\ndef f(x):\n  return re.sub("a", "b", x)\nresult = f("aha")',
    {},
    'bhb',
  ],
  ['JSON text declared as data', 'data: dict\nresult = data["n"]', { data: '{"n": 7}' }, 7],
  ['text declared as text', 'data: str\nresult = data', { data: '{"n": 7}' }, '{"n": 7}'],
  ['None for null and undefined', 'result = [a, b]', { a: null, b: undefined }, [null, null]],
  [
    'tuples, sets and dates',
    'import datetime\nresult = [(1, 2), {3}, datetime.date(2026, 1, 2)]',
    {},
    [[1, 2], [3], '2026-01-02'],
  ],
  ['text of any language', 'result = text + "ß"', { text: '日本 🎉' }, '日本 🎉ß'],
  ['the builtin next', 'result = next(iter([5]))', {}, 5],
])('the code node in Python returns %s', async (_name, source, inputs, expected) => {
  expect(await result(source, inputs)).toEqual(expected);
});

test('text assigned to `next` selects the action, in Python and in JavaScript', async () => {
  const routed = await runNode(code, python('next: str = "big" if n > 5 else "small"\nresult = n', { n: 9 }));
  expect([routed.action, routed.outputs['result']]).toEqual(['big', 9]);
  const inJavaScript = { code: 'const next = n > 5 ? "big" : "small"; const result = n', inputs: { n: 1 } };
  expect((await runNode(code, inJavaScript)).action).toBe('small');
  const taken = { inputs: { next: 'x' } };
  expect((await runNode(code, { ...taken, code: 'const result = next;' })).action).toBe('default');
  expect((await runNode(code, { ...taken, code: 'result = next', language: 'python' })).action).toBe(
    'default',
  );
});

test('`next` must be text in Python, and a function of that name is ignored', async () => {
  expect(await failureOf(code, python('next = 5\nresult = 1'))).toBe(
    'The code failed: next is 5. Assign it the name of an action, as text.',
  );
  expect((await runNode(code, python('def next(x):\n    return x\nresult = next(1)'))).action).toBe(
    'default',
  );
});

test('Python code without a declared language is detected and run as Python', async () => {
  const source = 'data: list\nresult: dict = {"n": len(data)}';
  expect((await runNode(code, { code: source, inputs: { data: [1, 2] } })).outputs['result']).toEqual({
    n: 2,
  });
});

test('output of Python code and of its child processes is captured', async () => {
  const source =
    'import os, subprocess, sys\nprint("a", 1)\nprint("b", file=sys.stderr)\nsubprocess.run(["echo", "c"])\nos.write(1, b"d")\nresult = 1';
  const { outputs, logs } = await runNode(code, python(source));
  expect(outputs).toEqual({ result: 1, stdout: 'a 1\n', stderr: 'b\nc\nd' });
  expect(logs).toEqual(['stdout: a 1\n', 'stderr: b\nc\nd']);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a = 1\n\nraise ValueError("no good")', {}, 'The code failed in line 3: ValueError: no good'],
  [
    'def f():\n  return 1 / 0\nf()\nresult = 1',
    {},
    'The code failed in line 2: ZeroDivisionError: division by zero',
  ],
  ['result = (', {}, "The code failed in line 1: SyntaxError: '(' was never closed"],
  ['x = 1', {}, 'The code failed: it gives no result. Assign it to a variable named result.'],
  ['result = 1', { 'my-list': 1 }, "The code failed: the input 'my-list' cannot be the name of a variable."],
  ['n: int\nresult = n', { n: 'many' }, "The code failed: the input 'n' is to be int and is str."],
  [
    'result = print',
    {},
    'The code failed: the result holds a builtin_function_or_method, which is no JSON data.',
  ],
  ['import sys\nsys.exit(3)\nresult = 1', {}, 'The code failed in line 2: it called exit.'],
  ['import os\nos._exit(3)', {}, 'The code failed: it ended its own process.'],
  [
    'import nosuchmodule\nresult = 1',
    {},
    "The code failed in line 1: ModuleNotFoundError: No module named 'nosuchmodule'",
  ],
])('%j fails with its line and reason', async (source, inputs, message) => {
  expect(await failureOf(code, python(source, inputs))).toBe(message);
});

test('Python code that exceeds its timeout is killed with its child processes', async () => {
  const source = 'import subprocess\nsubprocess.run(["sleep", "4217"])\nresult = 1';
  expect(await failureOf(code, python(source, {}, 0.5))).toBe('The code timed out after 500ms.');
  await expect.poll(() => execFileSync('ps', ['-eo', 'args']).toString()).not.toContain('sleep 4217');
});

test('aborting the signal kills the Python process', async () => {
  const stop = new AbortController();
  const failure = failureOf(code, python('while True: pass'), { signal: stop.signal });
  stop.abort(new Error('stopped'));
  expect(await failure).toBe('The run was cancelled.');
});

test('without python3 the error names the missing program', async () => {
  const path = process.env['PATH'];
  onTestFinished(() => void (process.env['PATH'] = path));
  process.env['PATH'] = '/nonexistent';
  await expect(runNode(code, python('1'))).rejects.toMatchObject({
    message: 'The code is Python, and there is no python3 on this machine.',
    hint: 'Install Python 3, or write the code in JavaScript.',
  });
});

test('Python code has the effect "runs-commands", and JavaScript code has none', () => {
  expect(code.effectsOf!({ code: '1', language: 'python' })).toEqual(['runs-commands']);
  expect(code.effectsOf!({ code: '1', language: '${x}' })).toEqual(['runs-commands']);
  expect(code.effectsOf!({ code: '1' })).toEqual([]);
});
