import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

const server = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));

/** A workspace with an MCP server that has an addition tool, and one that cannot be started. */
function placeWithServers() {
  const place = workspace();
  mkdirSync(join(place.folder, '.pflow'));
  const mcpServers = {
    calc: { command: process.execPath, args: [server] },
    broken: { command: join(place.folder, 'no-such-program') },
  };
  writeFileSync(join(place.folder, '.pflow', 'mcp.json'), JSON.stringify({ mcpServers }));
  return place;
}

test('the registry lists the tools of MCP servers, and a server that cannot be started is one warning', async () => {
  const { code, stdout, stderr } = await placeWithServers().pflow(['registry', 'list', '--trust']);
  expect(code).toBe(0);
  expect(stdout).toContain('mcp-calc-add');
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining("'broken'")]);
});

test('a workflow with a tool starts only the server of that tool', async () => {
  const place = placeWithServers();
  place.write('sum.json', {
    outputs: { sum: { source: '${add.result}' } },
    nodes: [{ id: 'add', type: 'mcp-calc-add', params: { a: 2, b: 3 } }],
  });
  const { code, stdout, stderr } = await place.pflow(['--trust', '-p', 'sum.json']);
  expect(stderr).toBe('');
  expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: expect.stringContaining('5') });
});

test('a workflow without tools starts no server', async () => {
  const place = placeWithServers();
  place.write('echo.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hi' } }] });
  expect(await place.pflow(['--trust', '-p', 'echo.json'])).toMatchObject({ code: 0, stderr: '' });
});
