import { expect, onTestFinished, test } from 'vitest';
import { ObservedClock } from '../../../src/collect/program/observed-clock.js';
import { ProgramObserver } from '../../../src/collect/program/observe-program.js';
import { ProgramTree } from '../../../src/collect/program/program-tree.js';
import { SpoolReader } from '../../../src/collect/spool/spool-reader.js';
import { MetricsCollector } from '../../../src/metrics/collector.js';
import { Exchange } from '../../../src/tap/exchange/exchange.js';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';
import { TraceLog } from '../../../src/trace/write/event-log.js';
import { testPrices } from '../../support/prices.js';

test('a request to a model whose body names none is no call of the trace, and is recorded to its end', () => {
  const spool = new SpoolReader();
  onTestFinished(() => spool.close());
  const capture = createCapture({ level: 'preview', redactor: createRedactor({ env: {} }) });
  const sink = new MetricsCollector({ log: new TraceLog(), capture, prices: testPrices });
  const ends: string[] = [];
  const observer = new ProgramObserver({
    sink,
    clock: new ObservedClock(),
    tree: new ProgramTree(sink, 'program'),
    spool,
    gateway: { url: 'http://127.0.0.1:1', upstreams: {} },
    recorder: {
      onRequest: () => ({ onRequestBody() {}, onEnd: ({ outcome }) => void ends.push(outcome) }),
    },
    onError: (error) => {
      throw error;
    },
  });
  const exchange = new Exchange({
    url: 'https://api.openai.com/v1/chat/completions',
    method: 'POST',
    headers: {},
    client: 'http',
    startedAt: performance.now(),
  });
  exchange.offer(observer.gatewayListener);
  exchange.send(Buffer.from('{"messages":[]}'));
  exchange.sent();
  exchange.respond(400, {});
  exchange.receive(Buffer.from('{"error":{"message":"no model"}}'));
  exchange.finish();
  expect(ends).toEqual(['complete']);
  expect([...sink.state().spans.values()].filter(({ kind }) => kind === 'llm')).toEqual([]);
});
