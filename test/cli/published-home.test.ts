/** A ~/.pflow folder shared with published pflow. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

const settings = {
  version: '1.0.0',
  registry: { nodes: { allow: ['*'], deny: ['pflow.nodes.git.*', 'move-file'] }, include_test_nodes: false },
  runtime: { template_resolution_mode: 'strict' },
  llm: { default_model: 'offline', discovery_model: null },
  env: { OPENAI_API_KEY: 'sk-shared-0123456789abcdef', channel: 'releases' },
};

function sharedHome(content: object = settings) {
  const work = workspace();
  const home = work.env['PFLOW_HOME']!;
  mkdirSync(join(home, 'workflows'), { recursive: true });
  const path = join(home, 'settings.json');
  // Spacing that no serializer would produce.
  writeFileSync(path, `${JSON.stringify(content)}\n\n`);
  return { ...work, home, path };
}

const one = (type: string, params: object) => ({ nodes: [{ id: 'a', type, params }] });

test('the settings of published pflow cause no warnings and are not modified', async () => {
  const { pflow, write, path } = sharedHome();
  const before = readFileSync(path);
  const { code, stdout, stderr } = await pflow([write('a.json', one('echo', { message: 'hi' })), '-p']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'hi\n' });
  expect(stderr).not.toContain('warning');
  expect(readFileSync(path)).toEqual(before);
});

test('keys and inputs under `env` are defaults that the environment and arguments override', async () => {
  const { pflow, write } = sharedHome();
  const file = write('a.json', {
    inputs: { channel: { type: 'string' } },
    ...one('shell', { command: 'echo ${channel} ${#OPENAI_API_KEY}'.replace('${#', '$${#') }),
  });
  expect((await pflow([file, '-p'])).stdout).toBe('releases 26\n');
  expect((await pflow([file, 'channel=other', '-p'], { env: { OPENAI_API_KEY: 'x' } })).stdout).toBe(
    'other 1\n',
  );
});

test.each([
  ['git-log', {}],
  ['move-file', { source_path: 'a', dest_path: 'b' }],
])('a node type denied by the settings of published pflow does not run: %s', async (type, params) => {
  const { pflow, write } = sharedHome();
  const { code, stderr } = await pflow([write('a.json', one(type, params)), '-p']);
  expect(code).toBe(2);
  expect(stderr).toContain(`node type '${type}' is not allowed`);
  expect(stderr).toContain('settings.json');
});

test('`default_model` of published pflow takes precedence over a provider key', async () => {
  const { pflow } = sharedHome();
  const { stderr } = await pflow(['plan', 'tell me about the weather in Paris'], {
    env: { PFLOW_MODEL: undefined },
  });
  expect(stderr).toContain('llm.default_model');
});

test('mcp-servers.json and the saved workflows of published pflow are loaded', async () => {
  const { pflow, write, home } = sharedHome();
  writeFileSync(
    join(home, 'mcp-servers.json'),
    JSON.stringify({ mcpServers: { gone: { command: 'no-such-program-anywhere', args: [] } } }),
  );
  writeFileSync(
    join(home, 'workflows', 'greet.pflow.md'),
    "---\ncreated_at: '2026-02-11T09:00:00+00:00'\nversion: 1.0.0\nexecution_count: 3\n---\n\n# Greet\n\nGreets.\n\n## Steps\n\n### say\n\n- type: echo\n- message: hello\n",
  );
  const { stdout } = await pflow(['workflow', 'list']);
  expect(stdout).toContain('greet');
  const { code, stderr } = await pflow([write('a.json', one('mcp-gone-tool', {})), '-p']);
  expect(code).not.toBe(0);
  expect(stderr).toContain("'gone'");
});
