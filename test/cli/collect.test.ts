import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
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
