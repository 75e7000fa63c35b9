import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { BaseNode } from '../../src/runtime/node/base-node.js';
import { Flow } from '../../src/runtime/flow/flow.js';
import type { RunContext } from '../../src/runtime/contract/runnable.js';
import { trace, type TraceOptions } from '../../src/session/trace-flow.js';
import type { EventOf, TraceEvent } from '../../src/trace/event/event.js';
import { chatChunks, json, serve, stream } from '../support/llm-server.js';

/** A node that asks the same again and again, until it was asked to often enough. */
class Judge extends BaseNode<undefined, string> {
  #visits = 0;
  readonly #ask: (context: RunContext) => Promise<string>;

  constructor(ask: (context: RunContext) => Promise<string>) {
    super('judge');
    this.#ask = ask;
  }

  override exec(_prepared: undefined, context: RunContext): Promise<string> {
    return this.#ask(context);
  }

  override post(): string {
    return ++this.#visits < 6 ? 'again' : 'default';
  }
}

const loopOf = (ask: (context: RunContext) => Promise<string>) =>
  new Flow('loop', {
    start: 'judge',
    nodes: new Map([['judge', new Judge(ask)]]),
    edges: [{ from: 'judge', to: 'judge', action: 'again' }],
  });

async function traced(flow: Flow, model: string, limits: TraceOptions['limits']) {
  const events: TraceEvent[] = [];
  const result = await trace(flow, {
    model,
    ledger: false,
    onEvent: (event) => events.push(event),
    ...(limits ? { limits } : {}),
  });
  const changes = events.flatMap((event) =>
    event.type === 'control.changed' ? [[event.change, (event as EventOf<'control.changed'>).reason]] : [],
  );
  return { ...result, changes };
}

/** A model of pflow's own client whose every answer is the same. */
async function ownModel() {
  const { url, received } = await serve(stream(chatChunks('Not yet.')));
  process.env['OPENAI_BASE_URL'] = `${url}/v1`;
  onTestFinished(() => void delete process.env['OPENAI_BASE_URL']);
  const ask = async ({ llm, observer }: RunContext) =>
    (await llm.generate({ prompt: 'Is it good?' }, { onAttempt: observer.llmAttempt.bind(observer) })).text;
  return { ask, received };
}

const WARNING = 'judge: 3 visits in a row sent the same request and got the same answer';

test('a loop without progress is warned of before its fourth call, and the run continues', async () => {
  const { ask, received } = await ownModel();
  const { status, changes, metrics } = await traced(loopOf(ask), 'openai-compatible/m', undefined);
  expect([status, received.length]).toEqual(['ok', 6]);
  expect(changes).toEqual([['loop-warned', WARNING]]);
  expect(metrics.warnings).toMatchObject([{ code: 'loop_without_progress', node: 'judge' }]);
});

test('with stopOnLoop the fourth call is not sent, and the run finishes as over its budget', async () => {
  const { ask, received } = await ownModel();
  const { status, error } = await traced(loopOf(ask), 'openai-compatible/m', { stopOnLoop: true });
  expect([status, received.length]).toEqual(['budget', 3]);
  expect(error).toMatchObject({ message: `The run was stopped in a loop: ${WARNING}.` });
});

test("the fourth call of a node's own SDK is answered with an error instead of being sent", async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  const message = { role: 'assistant', content: 'Not yet.' };
  const { url, received } = await serve(
    json(200, { model: 'gpt-4.1', choices: [{ index: 0, finish_reason: 'stop', message }], usage }),
  );
  const client = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1` });
  const ask = async () => {
    const messages = [{ role: 'user' as const, content: 'Is it good?' }];
    const { choices } = await client.chat.completions.create({ model: 'gpt-4.1', messages });
    return choices[0]!.message.content ?? '';
  };
  const { status, error, changes, metrics } = await traced(loopOf(ask), 'offline', { stopOnLoop: true });
  expect([status, received.length, metrics.metrics.total.tokens_total]).toEqual(['budget', 3, 36]);
  expect((error as Error).message).toBe(`The run was stopped in a loop: ${WARNING}.`);
  expect(changes.map(([change]) => change)).toEqual(['loop-warned', 'call-refused']);
});
