import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { amount, atMost, type Section } from './report.js';
import { outputFolder } from './output-folder.js';

const SPANS_PER_SECOND = 5000;
const BATCH = 500;
const SPANS_PER_TRACE = 100;

/** A collector under load for a minute: what arrives on its disk, how long it takes to answer, and its memory. */
export async function measureCollecting(seconds = 60): Promise<Section> {
  const home = resolve(outputFolder, 'collect-home');
  rmSync(home, { recursive: true, force: true });
  const env = { ...process.env, PFLOW_HOME: home, NO_COLOR: '1' };
  const args = [join('dist', 'main.js'), 'collect', '--port', '0', '--grpc-port', '0'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => (text += String(chunk)));
  while (!/OTLP at http\S+ /.test(text)) await once(child.stderr, 'data');
  const url = /OTLP at (http\S+) /.exec(text)![1]!;
  const began = performance.now();
  const pending: Promise<void>[] = [];
  let slowest = 0;
  let rejected = 0;
  const count = (SPANS_PER_SECOND * seconds) / BATCH;
  for (let batch = 0; batch < count; batch++) {
    await wait(Math.max(0, began + (batch * 1000 * BATCH) / SPANS_PER_SECOND - performance.now()));
    const sent = performance.now();
    const request = fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(createBatch(batch)),
    }).then(async (response) => {
      await response.arrayBuffer();
      slowest = Math.max(slowest, performance.now() - sent);
      if (!response.ok) rejected += BATCH;
    });
    pending.push(request);
  }
  await Promise.all(pending);
  const took = (performance.now() - began) / 1000;
  const peak = readPeak(child.pid!);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const spans = count * BATCH;
  return {
    title: 'Collecting',
    note: `${seconds} s of ${SPANS_PER_SECOND.toLocaleString('en-US')} spans a second over HTTP as JSON, ${SPANS_PER_TRACE} in a trace; then the collector is killed.`,
    rows: [
      atMost('spans that are not on disk', spans - countStored(join(home, 'collect')), 0, 'spans'),
      atMost('spans that were rejected', rejected, 0, 'spans'),
      ...(peak === undefined ? [] : [atMost('memory at its peak', peak, 250, 'MB')]),
      { what: 'until the last batch was answered', measured: amount(took, 's') },
      { what: 'slowest answer', measured: amount(slowest, 'ms') },
    ],
  };
}

function createBatch(batch: number): object {
  const startMs = Date.now();
  const spans = Array.from({ length: BATCH }, (_, i) => {
    const index = batch * BATCH + i;
    const start = BigInt(startMs) * 1_000_000n;
    return {
      traceId: Math.floor(index / SPANS_PER_TRACE)
        .toString(16)
        .padStart(32, '0'),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      name: 'chat gpt-5-mini',
      kind: 3,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 5_000_000n),
      attributes: [
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5-mini' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '80' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: '20' } },
      ],
    };
  });
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'load' } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans }] }] };
}

function countStored(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .reduce(
      (sum, name) => sum + (readFileSync(join(folder, name), 'utf8').match(/"spanId"/g)?.length ?? 0),
      0,
    );
}

/** The peak of the resident memory, in MB; undefined where the system does not show it. */
function readPeak(pid: number): number | undefined {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  } catch {
    return undefined;
  }
}
