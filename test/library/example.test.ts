import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = async (name: string) =>
  (await promisify(execFile)(process.execPath, [fileURLToPath(new URL(name, import.meta.url))])).stdout;

test('the example of a flow in code runs', async () => {
  expect(await run('flow.js')).toBe('ok 6 7\n');
});

test('the library example runs', async () => {
  expect(await run('example.js')).toMatchInlineSnapshot(`
    "  counting 7 characters
      counting 5 characters
    item 0: ok
    item 1: ok
    node count: ok
    node tell: ok
    ok [ 2, 1 ] 2 texts
    2 nodes, 0 tokens
    "
  `);
});
