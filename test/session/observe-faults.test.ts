import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { observe } from '../../src/cli/observe/observe.js';
import { startObserved } from '../../src/cli/observe/observed-program.js';
import { ProgramTree } from '../../src/collect/program/program-tree.js';
import { TelemetrySpans } from '../../src/collect/telemetry/telemetry-spans.js';
import { MetricsCollector } from '../../src/metrics/collector.js';
import { json, serve } from '../support/llm-server.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const ANSWER = {
  model: 'gpt-5-mini',
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
};

/** A program that calls a model through the gateway, then sends telemetry. */
const PROGRAM = `
  const { OPENAI_BASE_URL: base, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = process.env;
  const body = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] });
  const response = await fetch(base + '/chat/completions', { method: 'POST', body });
  console.log((await response.json()).choices[0].message.content);
  const headers = { 'content-type': 'application/json' };
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x', startTimeUnixNano: '1', endTimeUnixNano: '2' };
  const message = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const { status } = await fetch(endpoint + '/v1/traces', { method: 'POST', headers, body: message });
  process.exitCode = status === 200 ? 6 : 1;
`;

async function run(): Promise<{ stdout: string; exit: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const upstream = await serve(json(200, ANSWER));
  vi.stubEnv('PFLOW_HOME', folder);
  vi.stubEnv('OPENAI_API_KEY', 'k');
  vi.stubEnv('OPENAI_BASE_URL', `${upstream.url}/v1`);
  const app = join(folder, 'app.mjs');
  writeFileSync(app, PROGRAM);
  const program = await startObserved([process.execPath, app], {}, ['ignore', 'pipe', 'inherit']);
  let stdout = '';
  program.child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
  const recording = await observe(program, { capture: 'preview', redact: true }, () => {});
  const exit = await program.exited;
  await recording?.done;
  await program.server.close();
  program.spool.close();
  program.release();
  return { stdout, exit };
}

const unharmed = { stdout: 'Hello\n', exit: { code: 6 } };

test('without a fault, the program runs as without pflow', async () => {
  expect(await run()).toEqual(unharmed);
});

test.each([
  ['the collector rejects every event of a call', () => failFrom(MetricsCollector.prototype, 'emit', 3)],
  ["the tap's reports cannot be recorded", () => failFrom(ProgramTree.prototype, 'openProcess', 0)],
  ['telemetry cannot be recorded', () => failFrom(TelemetrySpans.prototype, 'add', 0)],
  ['nothing can be recorded', () => failFrom(MetricsCollector.prototype, 'emit', 0)],
])('the program is unharmed when %s', async (_fault, inject) => {
  inject();
  expect(await run()).toEqual(unharmed);
});

/** Makes a method throw from its nth call on. */
function failFrom<T extends object>(prototype: T, name: keyof T & string, from: number): void {
  const original = prototype[name] as (...args: unknown[]) => unknown;
  let calls = 0;
  vi.spyOn(prototype as Record<string, () => unknown>, name).mockImplementation(function (
    this: unknown,
    ...args: unknown[]
  ) {
    if (calls++ >= from) throw new Error('injected');
    return original.apply(this, args);
  });
}
