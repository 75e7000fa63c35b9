import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { readTrace } from '../../src/index.js';
import { workspace } from '../support/cli.js';
import { chatChunks, json, serve, stream, type Reply } from '../support/llm-server.js';
import { testPrices } from '../support/prices.js';

const nodeFile = `
import { defineNode } from 'pflow';
import { z } from 'zod';
export const own = defineNode({
  type: 'own', description: 'Asks.', params: z.object({}), outputs: z.object({ text: z.string() }),
  exec: async () => {
    const response = await fetch(process.env.ADDRESS + '/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
      body: JSON.stringify({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    return { text: (await response.json()).choices[0].message.content };
  },
});`;
const own: Reply = json(200, {
  model: 'gpt-4.1-mini',
  choices: [{ message: { content: 'from the node' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
});

test('a run is replayed from its recording: no key, no server, no cost, the same answers and usage', async () => {
  const { url, received } = await serve(stream(chatChunks('Hello', { model: 'gpt-4.1-mini' })), own);
  const { pflow, write, traces } = workspace();
  write('own.mjs', nodeFile);
  write('wf.json', {
    nodes: [
      { id: 'ask', type: 'llm', params: { prompt: 'Say hello' } },
      { id: 'own', type: 'own' },
    ],
    edges: [{ from: 'ask', to: 'own' }],
    outputs: { a: { source: '${ask.response}' }, b: { source: '${own.text}' } },
  });
  const run = async (args: readonly string[], env: Record<string, string | undefined>) => {
    const command = ['wf.json', '--nodes', '.', '--output-format', 'json', ...args];
    const { code, stdout } = await pflow(command, { env: { PFLOW_MODEL: undefined, ...env } });
    const { result, tokens_total, total_cost_usd } = JSON.parse(stdout) as Record<string, unknown>;
    return { code, result, tokens_total, total_cost_usd };
  };
  const recorded = await run(['--record', 'calls.jsonl', '--model', 'openai/gpt-4.1-mini'], {
    OPENAI_API_KEY: 'sk-recorded-key-of-the-test',
    OPENAI_BASE_URL: `${url}/v1`,
    ADDRESS: url,
  });
  expect(recorded).toMatchObject({ code: 0, result: { a: 'Hello', b: 'from the node' } });
  expect(recorded.total_cost_usd).toBeGreaterThan(0);
  const replayed = await run(['--replay', 'calls.jsonl'], { ADDRESS: 'https://models.invalid' });
  expect(replayed).toEqual({ ...recorded, total_cost_usd: 0 });
  expect(received).toHaveLength(2);
  const events = [];
  for await (const event of readTrace(traces().toSorted().at(-1)!)) events.push(event);
  const calls = [...reduceEvents(events, { prices: testPrices }).spans.values()].flatMap(
    ({ call }) => call ?? [],
  );
  expect(calls.map((call) => [call.replayed, call.finishReason])).toEqual([
    [true, 'stop'],
    [true, 'stop'],
  ]);
  const ledger = readFileSync(
    traces()[0]!.replace(/debug\/.*/, `ledger/${new Date().toISOString().slice(0, 7)}.jsonl`),
    'utf8',
  );
  const lines = ledger
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { source: string; usd?: number | null; kind?: string });
  expect(
    lines.filter(({ kind }) => kind === undefined).map(({ source, usd }) => [source, usd === 0]),
  ).toEqual([
    ['run', false],
    ['run', false],
    ['replayed', true],
    ['replayed', true],
  ]);
});
