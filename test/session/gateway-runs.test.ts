import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnLoopback } from '../../src/collect/loopback-server.js';
import { GatewayRuns } from '../../src/session/gateway-runs.js';
import { json, serve } from '../support/llm-server.js';
import { tableOf } from '../support/prices.js';

const ANSWER = {
  model: 'gpt-5-mini',
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
};

test('calls through the gateway that are close in time are a run, which ends when there are no more', async () => {
  const traceDir = mkdtempSync(join(tmpdir(), 'pflow-gateway-'));
  onTestFinished(() => rmSync(traceDir, { recursive: true, force: true }));
  const upstream = await serve(json(200, ANSWER));
  const paths: string[] = [];
  const origin = { name: 'gateway', prices: tableOf({}), env: {}, traceDir };
  const runs = new GatewayRuns(origin, (path) => paths.push(path!), {
    idleMs: 50,
    upstreams: { openai: upstream.url },
  });
  const server = await listenOnLoopback({
    request: (path, request, response) => void runs.gateway.request(path, request, response),
    upgrade: (_path, _request, socket) => void socket.destroy(),
  });
  onTestFinished(() => server.close());
  const ask = async () => {
    const body = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] });
    const headers = { authorization: 'Bearer sk-secret-key' };
    await (await fetch(`${server.url}/openai/v1/chat/completions`, { method: 'POST', body, headers })).text();
  };
  await Promise.all([ask(), ask()]);
  await expect.poll(() => paths.length).toBe(1);
  await ask();
  await runs.close();
  expect(paths).toHaveLength(2);
  const [first, second] = paths.map((path) => readFileSync(path, 'utf8'));
  const count = (text: string | undefined) => text!.match(/"type":"llm.response"/g)!.length;
  expect([count(first), count(second)]).toEqual([2, 1]);
  expect(first! + second!).not.toContain('sk-secret-key');
  expect(first!.trim().split('\n').at(-1)).toContain('"run.finished"');
});
