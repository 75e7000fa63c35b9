import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../../src/session/run.js';
import type { RunResult } from '../../src/session/observe-run.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pflow-replay-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const ask = (prompt: string) => ({
  nodes: [{ id: 'ask', type: 'llm', params: { prompt } }],
  outputs: { answer: { source: '${ask.response}' } },
});

const outcome = ({ status, outputs, metrics }: RunResult) => ({
  status,
  outputs,
  tokens: metrics.metrics.total.tokens_total,
  usd: metrics.total_cost_usd,
});

test('a run of the library records its calls, and another one is answered from them without a key or a server', async () => {
  const file = join(folder(), 'calls.jsonl');
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
  const { url, received } = await serve(stream(chatChunks('The tides.', { model: 'gpt-4.1', usage })));
  process.env['OPENAI_API_KEY'] = 'sk-test';
  process.env['OPENAI_BASE_URL'] = `${url}/v1`;
  onTestFinished(() => {
    delete process.env['OPENAI_API_KEY'];
    delete process.env['OPENAI_BASE_URL'];
  });
  const first = await run(ask('What moves the sea?'), {
    model: 'openai/gpt-4.1',
    record: file,
    ledger: false,
  });
  expect(outcome(first)).toMatchObject({ status: 'ok', outputs: { answer: 'The tides.' }, tokens: 1100 });
  expect(first.metrics.total_cost_usd).toBeCloseTo(0.0028, 10);
  delete process.env['OPENAI_API_KEY'];
  delete process.env['OPENAI_BASE_URL'];
  const second = await run(ask('What moves the sea?'), { replay: file, ledger: false });
  expect(outcome(second)).toMatchObject({
    status: 'ok',
    outputs: { answer: 'The tides.' },
    tokens: 1100,
    usd: 0,
  });
  expect([second.misses, received.length]).toEqual([[], 1]);
  const third = await run(ask('What moves the moon?'), { replay: file, ledger: false });
  expect([third.status, received.length]).toEqual(['failed', 1]);
  expect(third.misses).toEqual([expect.stringContaining('recorded:  "What moves the sea?"')]);
  expect(process.env['OPENAI_API_KEY']).toBeUndefined();
  const both = run(ask('a'), { record: file, replay: file });
  await expect(both).rejects.toThrow('A run either records its calls or replays them.');
});
