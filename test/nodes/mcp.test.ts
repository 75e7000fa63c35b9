import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PflowError } from '../../src/lib/error.js';
import { describeNodeType } from '../../src/nodes/definition/describe-type.js';
import { connect } from '../../src/nodes/mcp/mcp-connection.js';
import { connectLater } from '../../src/nodes/mcp/lazy-connection.js';
import { loadMcpTypes, type McpOptions, type McpTypes } from '../../src/nodes/mcp/load-mcp-tools.js';
import { readMcpServers, type McpServer } from '../../src/nodes/mcp/mcp-settings.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { formatProblem } from '../../src/workflow/format/problem.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { failureOf, runNode } from '../support/run-node.js';

const fixture = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));

let root: string;
let opened: McpTypes[];
let children: ChildProcess[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pflow-mcp-'));
  [opened, children] = [[], []];
});
afterEach(async () => {
  for (const each of opened) await each.close();
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

/** Writes the servers to the project's configuration file. */
function configure(servers: Record<string, unknown>): void {
  mkdirSync(join(root, '.pflow'), { recursive: true });
  writeFileSync(join(root, '.pflow', 'mcp.json'), JSON.stringify({ mcpServers: servers }));
}

const env = () => ({ PFLOW_HOME: join(root, 'home'), GREETING: 'moin' });

async function load(options: McpOptions = {}): Promise<McpTypes> {
  const loaded = await loadMcpTypes({ env: env(), cwd: root, ...options });
  opened.push(loaded);
  return loaded;
}

async function typeOf(name: string) {
  const { types, warnings } = await load();
  expect(warnings).toEqual([]);
  return types.find(({ type }) => type === name)!;
}

const stdio = { command: process.execPath, args: [fixture] };

test('the tools of a server become node types with their own parameters and outputs', async () => {
  configure({ calc: stdio });
  const { params, outputs, effects, description } = describeNodeType(await typeOf('mcp-calc-add'));
  expect({ params, outputs, effects, description }).toMatchInlineSnapshot(`
    {
      "description": "Adds two numbers.",
      "effects": [
        "reads",
      ],
      "outputs": [
        {
          "description": "",
          "kind": "a number",
          "name": "sum",
          "required": true,
        },
        {
          "description": "Result of the tool: structured data or text",
          "kind": "any value",
          "name": "result",
          "required": true,
        },
        {
          "description": "Text, images and links next to the structured data",
          "kind": "any value",
          "name": "content",
          "required": false,
        },
        {
          "description": "Error message, if the node failed",
          "kind": "text",
          "name": "error",
          "required": false,
        },
      ],
      "params": [
        {
          "description": "One",
          "kind": "a number",
          "name": "a",
          "required": true,
        },
        {
          "description": "The other",
          "kind": "a number",
          "name": "b",
          "required": false,
        },
      ],
    }
  `);
});

test("a tool's structured result is an output, and so is each of its fields", async () => {
  configure({ calc: stdio });
  const run = await runNode(await typeOf('mcp-calc-add'), { a: '2' });
  expect(run.outputs).toEqual({ result: { sum: 3 }, sum: 3 });
});

test('a tool without structured content outputs its text, and the server receives its configured environment', async () => {
  configure({ talk: { ...stdio, env: { GREETING: '${GREETING}' } } });
  const run = await runNode(await typeOf('mcp-talk-say'), { text: 'you' });
  expect(run.outputs).toEqual({ result: 'moin, you' });
});

test('the server receives the trace context of the call, where there is one', async () => {
  configure({ talk: stdio });
  const type = await typeOf('mcp-talk-context');
  const traced = await runNode(type, {}, { span: 7, traceparentOf: (span) => `context of ${span}` });
  expect(traced.outputs['result']).toBe('context of 7');
  expect((await runNode(type, {})).outputs['result']).toBe('undefined');
});

test("a tool error fails the node with the tool's message", async () => {
  configure({ shop: stdio });
  expect(await failureOf(await typeOf('mcp-shop-fail'), {})).toBe('it is closed on Sundays');
});

test('cancelling the run aborts a tool call that hangs', async () => {
  configure({ slow: stdio });
  const type = await typeOf('mcp-slow-hang');
  const stop = new AbortController();
  const failure = failureOf(type, {}, { signal: stop.signal });
  stop.abort();
  expect(await failure).toBe('The run was cancelled.');
});

test("a tool call that exceeds the server's timeout fails", async () => {
  configure({ slow: { ...stdio, timeout: 0.2 } });
  expect(await failureOf(await typeOf('mcp-slow-hang'), {})).toContain(
    "The tool 'hang' of the MCP server 'slow' failed",
  );
});

test("close() ends the server's process", async () => {
  configure({ calc: stdio });
  const { types, close } = await load();
  const { outputs } = await runNode(
    types.find(({ type }) => type === 'mcp-calc-pid')!,
    {},
  );
  const pid = Number(outputs['result']);
  expect(process.kill(pid, 0)).toBe(true);
  await close();
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('a server that ignores SIGTERM is killed', async () => {
  configure({ deaf: { command: process.execPath, args: [fixture], env: { STAY: '1' } } });
  const { types, close } = await load();
  const pidType = types.find(({ type }) => type === 'mcp-deaf-pid')!;
  const pid = Number((await runNode(pidType, {})).outputs['result']);
  await close();
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('a server over HTTP works like one over stdio', async () => {
  const child = spawn(process.execPath, [fixture, 'http']);
  children.push(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  configure({ web: { url: `http://127.0.0.1:${String(port).trim()}/mcp` } });
  const run = await runNode(await typeOf('mcp-web-add'), { a: 20, b: 22 });
  expect(run.outputs).toMatchObject({ sum: 42 });
});

test('a server that cannot be started is one warning, and the others work', async () => {
  configure({
    good: stdio,
    gone: { command: join(root, 'no-such-program') },
    broken: { command: process.execPath, args: ['-e', 'console.error("no licence"); process.exit(1)'] },
  });
  const { types, warnings } = await load();
  expect(types.map(({ type }) => type)).toContain('mcp-good-add');
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain("The MCP server 'gone' does not answer");
  expect(warnings[1]).toContain('It said: no licence');
});

test('only the servers of requested tools are started', async () => {
  configure({ calc: stdio, gone: { command: join(root, 'no-such-program') } });
  expect((await load({ wanted: ['echo'] })).types).toEqual([]);
  const { types, warnings } = await load({ wanted: ['echo', 'mcp-calc-add'] });
  expect(warnings).toEqual([]);
  expect(types.length).toBeGreaterThan(0);
});

test('parameters of a tool are validated against its schema', async () => {
  configure({ calc: stdio });
  const { types } = await load();
  const registry = createRegistry(types);
  const workflow = { nodes: [{ id: 'sum', type: 'mcp-calc-add', params: { a: 'two' } }] };
  expect(validateWorkflow(workflow, registry).problems.map(formatProblem)).toEqual([
    "nodes[0].params.a: must be a number, not 'two'.",
  ]);
});

test('invalid server settings are reported with the reason, and project settings override user settings', () => {
  mkdirSync(join(root, 'home'));
  const settings = { mcpServers: { a: { url: 'http://127.0.0.1:1' }, b: { url: 'http://127.0.0.1:1' } } };
  writeFileSync(join(root, 'home', 'settings.json'), JSON.stringify(settings));
  configure({
    a: { url: 'http://127.0.0.1:2' },
    both: { url: 'http://127.0.0.1:2', command: 'x' },
    none: {},
    ftp: { url: 'ftp://127.0.0.1' },
    secret: { url: 'http://127.0.0.1:2', headers: { authorization: 'Bearer ${NOT_SET}' } },
    'a b': stdio,
    off: { ...stdio, env: { KEY: '${NOT_SET}' }, disabled: true },
    text: 'node server.js',
  });
  const { servers, warnings } = readMcpServers({ env: env(), cwd: root });
  expect(servers.map(({ name, url }) => [name, url])).toEqual([
    ['b', 'http://127.0.0.1:1'],
    ['a', 'http://127.0.0.1:2'],
  ]);
  const path = join(root, '.pflow', 'mcp.json');
  expect(warnings.map((each) => each.replace(path, 'mcp.json'))).toMatchInlineSnapshot(`
    [
      "The MCP server 'both' in mcp.json cannot be used: it needs a command or a url, and not both.",
      "The MCP server 'none' in mcp.json cannot be used: it needs a command or a url, and not both.",
      "The MCP server 'ftp' in mcp.json cannot be used: url: must be a URL, not 'ftp://127.0.0.1'.",
      "The MCP server 'secret' in mcp.json cannot be used: the environment variable NOT_SET is not set.",
      "The MCP server 'a b' in mcp.json cannot be used: its name may have letters, digits, '_', '.' and '-' only.",
      "The MCP server 'text' in mcp.json cannot be used: must be an object, not 'node server.js'.",
    ]
  `);
});

test('without settings there are no servers, and a corrupt file is a warning', () => {
  expect(readMcpServers({ env: env(), cwd: root })).toEqual({ servers: [], warnings: [] });
  mkdirSync(join(root, '.pflow'));
  writeFileSync(join(root, '.pflow', 'mcp.json'), '{"mcpServers": {,}}');
  const { warnings } = readMcpServers({ env: env(), cwd: root });
  expect(warnings.join().replace(root, '')).toMatchInlineSnapshot(
    `"/.pflow/mcp.json cannot be read: line 1, column 17: expected a key in double quotes or '}', found ','."`,
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A server that records each of its starts in a file, and a function that counts them. */
function countedServer() {
  const starts = join(root, 'starts');
  const source = `(await import('node:fs')).appendFileSync(${JSON.stringify(starts)}, 'x'); await import(${JSON.stringify(fixture)});`;
  const server = { command: process.execPath, args: ['--input-type=module', '-e', source] };
  return { server, count: () => (existsSync(starts) ? readFileSync(starts, 'utf8').length : 0) };
}

test('a server with cached tools is started only when one of them is called', async () => {
  const { server, count } = countedServer();
  configure({ calc: server });
  await (await load()).close();
  expect(count()).toBe(1);

  const again = await load();
  expect(again.types.map(({ type }) => type)).toContain('mcp-calc-add');
  expect(count()).toBe(1);
  const add = again.types.find(({ type }) => type === 'mcp-calc-add')!;
  const sums = await Promise.all([1, 2].map((a) => runNode(add, { a })));
  expect(sums.map(({ outputs }) => outputs['sum'])).toEqual([2, 3]);
  expect(count()).toBe(2);
});

test("a server's tool list is fetched again when its settings change, when a tool is unknown, and on demand", async () => {
  const { server, count } = countedServer();
  configure({ calc: server });
  await load({ wanted: ['mcp-calc-add'] });
  await load({ wanted: ['mcp-calc-add'] });
  expect(count()).toBe(1);
  await load({ wanted: ['mcp-calc-subtract'] });
  expect(count()).toBe(2);
  await load({ fresh: true });
  expect(count()).toBe(3);
  configure({ calc: { ...server, env: { MORE: 'x' } } });
  await load();
  expect(count()).toBe(4);
});

test('a server that is unavailable or has lost a tool is reported when the tool is called', async () => {
  const { server } = countedServer();
  configure({ calc: server });
  await load();
  const { types } = await load();
  const add = types.find(({ type }) => type === 'mcp-calc-add')!;
  writeFileSync(
    join(root, 'home', 'mcp-tools', 'calc.json'),
    readFileSync(join(root, 'home', 'mcp-tools', 'calc.json'), 'utf8').replace(
      '"name":"say"',
      '"name":"sing"',
    ),
  );
  const sing = (await load()).types.find(({ type }) => type === 'mcp-calc-sing')!;
  expect(await failureOf(sing, { text: 'x' })).toBe(
    "The MCP server 'calc' has no tool 'sing' any more. It has: add, say, fail, context, pid, hang.",
  );
  rmSync(join(root, 'starts'));
  mkdirSync(join(root, 'starts'));
  expect(await failureOf(add, { a: 1 })).toMatch(/^The MCP server 'calc' does not answer: /);
});

test('close() does not wait for a server that is still starting', async () => {
  const pidFile = join(root, 'pid');
  const program = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const server: McpServer = {
    name: 'mute',
    command: process.execPath,
    args: ['-e', program],
    env: {},
    headers: {},
    timeout: 1,
    disabled: false,
  };
  const tool = { name: 'wait', inputSchema: { type: 'object' as const } };
  const later = connectLater(server, [tool], (signal) => connect(server, { signal }));
  const answer = later
    .call('wait', {}, { signal: new AbortController().signal })
    .catch((error: unknown) => error);
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/^\d+$/);
  await later.close();
  await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  expect(await answer).toBeInstanceOf(PflowError);
}, 15_000);
