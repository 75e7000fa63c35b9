import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { examineNode, examineProxy } from '../../../src/cli/commands/doctor/examine-machine.js';
import { examineDefaultModel } from '../../../src/cli/commands/doctor/examine-models.js';
import { workspace } from '../../support/cli.js';

type Doctored = Readonly<{
  model: Record<string, unknown>;
  keys: { name: string; from: string | null }[];
  servers: { provider: string; address: string; models: number | null }[];
  mcp: { servers: { name: string; kind: string }[] };
  folders: { name: string; exists: boolean; is_writable: boolean; entries: number }[];
  prices: { date: string; age_days: number };
  terminal: { has_screen: boolean };
  trust: { state: string; code: string[] };
  problems: string[];
}>;

test('doctor reports the model with its reason, keys by name only, servers, folders, prices and trust', async () => {
  const server = createServer((_, response) => void response.end('{"data": [{"id": "m1"}, {"id": "m2"}]}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { folder, env, pflow } = workspace();
  mkdirSync(env['PFLOW_HOME']!);
  const settings = { env: { GEMINI_API_KEY: 'from-the-file' }, mcpServers: { notes: { command: 'notes' } } };
  writeFileSync(join(env['PFLOW_HOME']!, 'settings.json'), JSON.stringify(settings));
  mkdirSync(join(folder, '.pflow', 'nodes'), { recursive: true });
  writeFileSync(join(folder, '.pflow', 'nodes', 'shout.ts'), 'export {};');
  const { code, stdout } = await pflow(['doctor', '--output-format', 'json'], {
    env: {
      PFLOW_MODEL: undefined,
      OPENAI_API_KEY: 'sk-secret-value-1234567890',
      OPENAI_BASE_URL: `${address}/v1`,
    },
  });
  const report = JSON.parse(stdout) as Doctored;
  expect(code).toBe(0);
  expect(report.model).toMatchObject({ provider: 'openai', reason: 'OPENAI_API_KEY is set', price: 'known' });
  expect(report.keys).toContainEqual({ name: 'OPENAI_API_KEY', provider: 'openai', from: 'environment' });
  expect(report.keys).toContainEqual({ name: 'GEMINI_API_KEY', provider: 'google', from: 'settings.json' });
  expect(report.keys).toContainEqual({ name: 'ANTHROPIC_API_KEY', provider: 'anthropic', from: null });
  expect(stdout).not.toMatch(/secret-value|from-the-file/);
  expect(report.servers).toContainEqual({ provider: 'openai-compatible', address, models: 2 });
  expect(report.mcp.servers).toEqual([{ name: 'notes', kind: 'stdio' }]);
  expect(report.folders).toContainEqual(expect.objectContaining({ name: 'home', is_writable: true }));
  expect(report.prices.age_days).toBeGreaterThanOrEqual(0);
  expect(report.terminal.has_screen).toBe(false);
  expect(report.trust).toEqual({
    state: 'not trusted',
    code: [expect.stringContaining('.pflow/nodes/shout.ts')],
  });
  expect(report.problems).toEqual([]);
});

test('doctor exits with 1 and names what is wrong: the model of PFLOW_MODEL, the settings', async () => {
  const { env, pflow } = workspace();
  mkdirSync(env['PFLOW_HOME']!);
  writeFileSync(join(env['PFLOW_HOME']!, 'settings.json'), '{"them": "dark"}');
  const { code, stdout } = await pflow(['doctor'], { env: { PFLOW_MODEL: 'anthropic/claude-sonnet-5' } });
  expect(code).toBe(1);
  expect(stdout).toContain('model     none: see the problems below');
  expect(stdout).toContain('2 problems:');
  expect(stdout).toContain('Anthropic needs a key and ANTHROPIC_API_KEY is not set.');
  expect(stdout).toContain("There is no setting 'them'. Did you mean 'theme'?");
});

test('the default model of the settings is a problem where it cannot be reached', async () => {
  const { env } = workspace();
  mkdirSync(env['PFLOW_HOME']!);
  writeFileSync(
    join(env['PFLOW_HOME']!, 'settings.json'),
    '{"llm": {"default_model": "anthropic/claude-x"}}',
  );
  const home = { PFLOW_HOME: env['PFLOW_HOME'] };
  expect(await examineDefaultModel(home)).toBe(
    "llm.default_model in settings.json, 'anthropic/claude-x', cannot be used: Anthropic needs a key and ANTHROPIC_API_KEY is not set.",
  );
  expect(await examineDefaultModel({ ...home, ANTHROPIC_API_KEY: 'k' })).toBeUndefined();
  expect(await examineDefaultModel({ ...home, PFLOW_MODEL: 'offline' })).toBeUndefined();
});

test('addresses of proxies are reported without their password', () => {
  expect(examineProxy({ HTTPS_PROXY: 'http://me:pass@proxy.example:8080', no_proxy: 'localhost' })).toEqual({
    http: null,
    https: 'http://proxy.example:8080',
    none: 'localhost',
    certificates: null,
  });
  expect(examineProxy({ http_proxy: 'me:pass@proxy.example:8080' }).http).toBe('proxy.example:8080');
});

test.each([
  ['v20.5.1', false],
  ['v20.6.0', true],
  ['v18.20.0', false],
  ['v24.1.0', true],
])('Node %s is supported: %s', (version, supported) => {
  expect(examineNode({ version }).is_supported).toBe(supported);
});
