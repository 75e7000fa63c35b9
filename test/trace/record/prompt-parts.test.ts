import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeParts } from '../../../src/trace/record/prompt-parts.js';
import { recordCall } from '../../../src/trace/record/record-call.js';
import { memorySink } from '../../support/tracing.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

test('the parts of a request are its tools, its system prompt and its messages, in this order', () => {
  const tools = [{ name: 'search', description: 'Searches.' }];
  const json = JSON.stringify(tools);
  expect(
    describeParts({
      toolDefinitions: tools,
      system: 'Be brief.',
      prompt: [
        { role: 'user', content: 'Grüße', name: 'anna' },
        { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] },
        { type: 'function_call_output', call_id: 'a', output: '4' },
      ],
    }),
  ).toEqual([
    { role: 'tools', chars: json.length, bytes: json.length, sha256: hash(json) },
    { role: 'system', chars: 9, bytes: 9, sha256: hash('Be brief.') },
    { role: 'user', chars: 5, bytes: 7, sha256: hash('Grüße'), name: 'anna' },
    expect.objectContaining({
      role: 'assistant',
      sha256: hash('{"content":null,"tool_calls":[{"id":"a"}]}'),
    }),
    expect.objectContaining({ role: 'function_call_output', sha256: hash('{"call_id":"a","output":"4"}') }),
  ]);
});

test('a prompt is one part, and so is a list of texts', () => {
  expect(describeParts({ prompt: 'Hi' })).toEqual([{ role: 'user', chars: 2, bytes: 2, sha256: hash('Hi') }]);
  expect(describeParts({ prompt: ['a', 'b'] })).toMatchObject([{ role: 'user', chars: 9 }]);
  expect(describeParts({})).toEqual([]);
});

test('the description of a message object is memoized', () => {
  let reads = 0;
  const message = {
    role: 'user',
    get content() {
      reads++;
      return 'Hi';
    },
  };
  expect(describeParts({ prompt: [message] })).toEqual(describeParts({ prompt: [message] }));
  expect(reads).toBe(1);
});

test('sizes and hashes are those of the full prompt, although the event contains it truncated', async () => {
  const sink = memorySink('preview');
  const [short, long] = ['x'.repeat(50_000), `${'x'.repeat(50_000)}y`];
  for (const prompt of [short, long]) recordCall(sink, { parent: 1, provider: 'p', model: 'm', prompt });
  await expect.poll(() => sink.of('llm.request')).toHaveLength(2);
  const [first, second] = sink.of('llm.request');
  expect(JSON.stringify(first!.prompt).length).toBeLessThan(20_000);
  expect(first!.parts).toEqual([{ role: 'user', chars: 50_000, bytes: 50_000, sha256: hash(short) }]);
  expect(second!.parts).toEqual([{ role: 'user', chars: 50_001, bytes: 50_001, sha256: hash(long) }]);
});

test('a request event is recorded after the request was sent and before any other event of its call', async () => {
  const sink = memorySink();
  const call = recordCall(sink, { parent: 1, provider: 'p', model: 'm', prompt: 'Hi' });
  expect(sink.events.map(({ type }) => type)).toEqual(['span.started']);
  call.failed(new Error('503'), undefined, {
    httpStatus: 503,
    requestId: 'req_1',
    retryReason: 'overloaded',
  });
  expect(sink.events.map(({ type }) => type)).toEqual(['span.started', 'llm.request', 'span.finished']);
  expect(sink.of('span.finished')).toMatchObject([
    { status: 'failed', httpStatus: 503, requestId: 'req_1', retryReason: 'overloaded' },
  ]);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(sink.of('llm.request')).toHaveLength(1);
});

test('the usage of several models is recorded by model, in addition to the sum', () => {
  const sink = memorySink();
  const usage = { input: 3, output: 1, source: 'test', convention: 'inclusive', warnings: [] } as const;
  const parts = [{ model: 'small', usage }];
  recordCall(sink, { parent: 1, provider: 'p', model: 'm' }).responded({
    text: 'Hi',
    model: 'm',
    usage: { ...usage, parts, serviceTier: 'flex' },
    usageOrigin: 'reported',
  });
  const [response] = sink.of('llm.response');
  expect(response).toMatchObject({ usage: { input: 3 }, usages: parts, tier: 'flex' });
  expect(response!.usage).not.toHaveProperty('parts');
});
