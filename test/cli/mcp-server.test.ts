import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, onTestFinished, test } from 'vitest';
import { pageItems } from '../../src/cli/commands/mcp/page-items.js';
import { mainFile, workspace } from '../support/cli.js';

type Answer = Readonly<Record<string, unknown>> &
  Readonly<{ items: readonly Readonly<Record<string, unknown>>[]; next_cursor?: string }>;

/** An agent that has started `pflow mcp`, in a home with the trace of one failed and one planned run. */
async function connect(): Promise<{
  ask: (tool: string, given?: object) => Promise<Answer>;
  fail: (tool: string, given?: object) => Promise<string>;
  client: Client;
}> {
  const { folder, env } = workspace();
  const debug = join(folder, '.home', 'debug');
  mkdirSync(debug, { recursive: true });
  const fixture = (name: string) => join(import.meta.dirname, '../fixtures/traces', `${name}.jsonl`);
  copyFileSync(fixture('done-with-planner'), join(folder, 'planned.jsonl'));
  copyFileSync(fixture('failed-in-exec'), join(folder, 'failed.jsonl'));
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [mainFile, 'mcp'],
      env: { ...env },
      cwd: folder,
    }),
  );
  onTestFinished(() => client.close());
  const call = async (name: string, given: object) => {
    const { content, isError } = await client.callTool({ name, arguments: { ...given } });
    const [{ text = '' } = {}] = content as { text?: string }[];
    expect(text.length).toBeLessThanOrEqual(16_000);
    return { text, isError: isError === true };
  };
  return {
    client,
    ask: async (name, given = {}) => {
      const { text, isError } = await call(name, given);
      expect(isError ? text : '').toBe('');
      return JSON.parse(text) as Answer;
    },
    fail: async (name, given = {}) => {
      const { text, isError } = await call(name, given);
      expect(isError).toBe(true);
      return text;
    },
  };
}

test('an agent reads runs, costs, failures, differences and content', async () => {
  const { ask, fail, client } = await connect();
  const { tools } = await client.listTools();
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
  expect(tools.map(({ name }) => name)).toEqual([
    'list_runs',
    'run_summary',
    'top_costs',
    'failures',
    'compare_runs',
    'advice',
    'read_content',
  ]);

  const summary = await ask('run_summary', { run: 'planned.jsonl' });
  expect(summary).toMatchObject({ is_error: false });
  expect(JSON.stringify(summary)).not.toContain('report.txt');
  const costs = await ask('top_costs', { run: 'planned.jsonl' });
  expect(costs.items[0]).toMatchObject({ node: 'workflow-generator', calls: 1 });
  expect((await ask('top_costs', { run: 'planned.jsonl', by: 'call' })).items).toHaveLength(4);

  const [bare] = (await ask('failures', { run: 'failed.jsonl' })).items;
  expect(bare).toMatchObject({ kind: 'error' });
  expect(bare).not.toHaveProperty('message');
  expect((await ask('failures', { run: 'failed.jsonl', content: true })).items[0]).toHaveProperty('message');

  const same = await ask('compare_runs', { before: 'planned.jsonl', after: 'planned.jsonl' });
  expect(same.items.length).toBeGreaterThan(2);
  expect((await ask('advice', { run: 'planned.jsonl' })).items).toEqual(expect.any(Array));

  const texts = await ask('read_content', { run: 'planned.jsonl', node: 'llm_summarize' });
  expect(texts.items.map(({ part }) => part)).toContain('prompt');

  expect(await fail('read_content', { run: 'planned.jsonl', node: 'nope' })).toContain('llm_summarize');
  expect(await fail('run_summary', { run: 'nowhere.jsonl' })).toMatch(/nowhere\.jsonl/);
  expect(await fail('compare_runs', { before: 'planned.jsonl' })).toContain("'after'");
  expect((await ask('list_runs')).items).toEqual([]);
});

test('pages hold every item once, in order, and stay below their limit', () => {
  const items = Array.from({ length: 100 }, (_, i) => ({ i, text: 'x'.repeat(i * 20) }));
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = pageItems(items, cursor);
    expect(JSON.stringify(page.items).length).toBeLessThan(10_500);
    expect(page.total).toBe(100);
    seen.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(items);
  expect(() => pageItems(items, 'x')).toThrow(/not a cursor/);
});
