import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { environments } from '../../src/cli/commands/collect/print-env.js';
import { workspace } from '../support/cli.js';
import { otlp } from '../importers/otlp-spans.js';

const chat = otlp({
  id: '1',
  name: 'chat gpt-5-mini',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-5-mini',
    'gen_ai.provider.name': 'openai',
    'gen_ai.usage.input_tokens': 80,
    'gen_ai.usage.output_tokens': 20,
  },
});

async function urlOf(started: ReturnType<ReturnType<typeof workspace>['start']>): Promise<string> {
  let text = '';
  started.child.stderr!.on('data', (chunk) => (text += String(chunk)));
  await vi.waitFor(() => expect(text).toMatch(/OTLP at http\S+ /), { timeout: 5000 });
  return /OTLP at (http\S+) /.exec(text)![1]!;
}

const post = (url: string) =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    body: JSON.stringify(chat),
    headers: { 'content-type': 'application/json' },
  });

test('telemetry becomes a trace, also after a kill, and a port in use names the process that holds it', async () => {
  const { start, pflow, traces, trace } = workspace();
  const killed = start(['collect', '--port', '0']);
  const url = await urlOf(killed);
  const { port } = new URL(url);
  expect((await post(url)).status).toBe(200);
  const other = await pflow(['collect', '--port', port]);
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining(`Port ${port} is in use`) });
  const holder = process.platform === 'linux' ? `by process ${killed.child.pid} (` : '';
  expect(other.stderr).toContain(holder);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  const next = start(['collect', '--port', '0']);
  await urlOf(next);
  await vi.waitFor(() => expect(traces()).toHaveLength(1), { timeout: 5000 });
  next.child.kill('SIGINT');
  expect((await next.ended).code).toBe(0);
  expect(trace().find(({ type }) => type === 'llm.response')).toMatchObject({
    usage: { input: 80, output: 20 },
  });
});

test('--print-env prints what to set for a program', async () => {
  const { pflow } = workspace();
  const { stdout } = await pflow(['collect', '--print-env', 'claude', '--port', '5000']);
  expect(stdout).toContain('export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:5000\n');
  expect(stdout).toContain('CLAUDE_CODE_ENABLE_TELEMETRY=1');
});

test('received telemetry is forwarded byte for byte, and a port of gRPC in use is a warning that names its holder', async () => {
  const { start, trace } = workspace();
  const forwarded: { path: string; encoding: unknown; key: unknown; body: Buffer }[] = [];
  const other = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-encoding': encoding, 'api-key': key } = request.headers;
      forwarded.push({ path: request.url!, encoding, key, body: Buffer.concat(chunks) });
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const forward = `http://127.0.0.1:${port}/base`;
  const args = ['collect', '--port', '0', '--grpc-port', String(port), '--forward', forward];
  const { child, said } = start(args);
  const exited = once(child, 'exit');
  let text = '';
  child.stderr!.on('data', (chunk) => (text += String(chunk)));
  await said('Calls to models are recorded at');
  expect(text).toContain(`Port ${port} is in use by process ${process.pid}`);
  const [, url] = /Receiving OTLP at (\S+) /.exec(text)!;
  const body = gzipSync(JSON.stringify(chat));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'api-key': 'k' };
  const response = await fetch(`${url}/v1/traces`, { method: 'POST', body: new Uint8Array(body), headers });
  expect(response.status).toBe(200);
  await expect.poll(() => forwarded).toHaveLength(1);
  expect(forwarded[0]).toEqual({ path: '/base/v1/traces', encoding: 'gzip', key: 'k', body });
  child.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
  expect(trace()[0]).toMatchObject({ source: 'imported', foreign: { format: 'otlp' } });
});

test('--print-env has what to set for every program', () => {
  const url = 'http://127.0.0.1:4318';
  expect(Object.keys(environments).toSorted()).toEqual(
    ['claude', 'codex', 'copilot', 'gemini', 'go', 'goose', 'node', 'opencode', 'python'].toSorted(),
  );
  for (const print of Object.values(environments)) expect(print(url).join('\n')).toContain(url);
});
