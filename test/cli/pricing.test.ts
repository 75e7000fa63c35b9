import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

/** A workspace with a user's pricing.json. */
function withPrices(content: string): ReturnType<typeof workspace> & { path: string } {
  const space = workspace();
  const home = space.env['PFLOW_HOME']!;
  mkdirSync(home, { recursive: true });
  const path = join(home, 'pricing.json');
  writeFileSync(path, content);
  return { ...space, path };
}

const hello = {
  ir_version: '0.1.0',
  nodes: [{ id: 'echo', type: 'echo', params: { message: 'hi' } }],
  edges: [],
};

test('`pricing check` prints the age of the data', async () => {
  const { pflow } = workspace();
  const { code, stdout } = await pflow(['pricing', 'check']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Prices: @pydantic\/genai-prices [\d.]+, .*, of \d{4}-\d\d-\d\d, \d+ days? old\n/);
  expect(stdout).toContain('the default prices are used');
});

test('`pricing check` with an invalid file exits with 2, while a run prints a warning and continues', async () => {
  const { pflow, path, write } = withPrices('{\n "models": {"gpt-5": {"input": -1}}\n}');
  const problem = `${path}:2: gpt-5 › input is -1; a price is 0 or more. It is not used.`;
  const checked = await pflow(['pricing', 'check']);
  expect([checked.code, checked.stdout]).toEqual([2, expect.stringContaining(`  ${problem}`)]);
  const run = await pflow([write('hello.json', hello)]);
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining(`pflow: warning: ${problem}`)]);
});

test('`pricing check` with a valid file prints the numbers of its models and hosts', async () => {
  const { pflow, path } = withPrices(
    '{"models": {"a": {"input": 1, "output": 1}}, "hosts": {"llm.corp": "azure"}}',
  );
  const { code, stdout } = await pflow(['pricing', 'check']);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${path}: 1 model, 1 host, 0 problems`)]);
});

test('`pricing update` prints the changes, and the new prices are used', async () => {
  const { pflow, write, env } = workspace();
  const data = write('new.json', {
    source: 'newer',
    date: '2099-01-01',
    models: { 'openai/gpt-9': { input: 3, output: 12 } },
  });
  const { code, stdout } = await pflow(['pricing', 'update', '--from', data]);
  expect(code).toBe(0);
  expect(stdout).toContain(join(env['PFLOW_HOME']!, 'pricing-data.json'));
  expect(stdout).toContain('  + openai/gpt-9  input $3, output $12\n');
  expect((await pflow(['pricing', 'list', 'gpt-9'])).stdout).toContain('openai/gpt-9');
  const json = await pflow(['pricing', 'update', '--from', data, '--output-format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ date: '2099-01-01', changes: [] });
});

test('`pricing update` with invalid data exits with 2 and changes nothing', async () => {
  const { pflow, write } = workspace();
  const { code, stderr } = await pflow(['pricing', 'update', '--from', write('new.json', '{}')]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('is not price data')]);
  expect((await pflow(['pricing', 'check'])).stdout).toContain('@pydantic/genai-prices');
});

test('`pricing update` requires a source: prices are never updated automatically', async () => {
  const { pflow } = workspace();
  const { code, stderr } = await pflow(['pricing', 'update']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('requires --from <file or address>')]);
});
