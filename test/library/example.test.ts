import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const example = fileURLToPath(new URL('example.js', import.meta.url));

test('the example of the library runs', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [example]);
  expect(stdout).toMatchInlineSnapshot(`
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
