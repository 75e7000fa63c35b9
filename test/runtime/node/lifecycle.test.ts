import { expect, test } from 'vitest';
import type { LlmCaller } from '../../../src/llm/client/client.js';
import { PflowError } from '../../../src/lib/error.js';
import { NamespacedWrapper } from '../../../src/runtime/wrappers/namespaced-wrapper.js';
import { TracingWrapper } from '../../../src/runtime/wrappers/tracing-wrapper.js';
import type { Runnable, Shared } from '../../../src/runtime/contract/runnable.js';
import { BaseNode } from '../../../src/runtime/node/base-node.js';
import { createStore } from '../../../src/runtime/store/store.js';
import { memorySink, nodeOf, testContext, tracedStore, type MemorySink } from '../../support/tracing.js';

const traced = (node: Runnable) => new TracingWrapper(new NamespacedWrapper(node), { nodeType: 'test' });

/** `kind name status` of every span, in order of start. */
function spans(sink: MemorySink): string[] {
  return sink
    .of('span.started')
    .map(
      ({ span, kind, name }) =>
        `${kind} ${name} ${sink.of('span.finished').find((end) => end.span === span)?.status}`,
    );
}

test('prep, exec and post run in this order, each with the result of the one before', async () => {
  const shared = createStore({ input: 2 });
  const node = nodeOf<number, number>('double', {
    prep: (store) => store['input'] as number,
    exec: (input) => input * 2,
    post: (store, prepared, result) => {
      store['sum'] = prepared + result;
      return 'done';
    },
  });
  await expect(new NamespacedWrapper(node).run(shared, testContext())).resolves.toBe('done');
  expect(shared['double']).toEqual({ sum: 6 });
});

test('a node that returns no action has the action "default"', async () => {
  await expect(nodeOf('plain', {}).run(createStore(), testContext())).resolves.toBe('default');
});

test('an action that is not text fails the node', async () => {
  const node = nodeOf('odd', { post: () => 7 as unknown as string });
  await expect(node.run(createStore(), testContext())).rejects.toThrow(
    "Node 'odd' must return an action name (text) from post, not number.",
  );
});

test('each phase is a span, and a node with retries has a span for each attempt', async () => {
  const sink = memorySink();
  let tries = 0;
  const node = nodeOf(
    'flaky',
    { exec: () => (++tries < 3 ? Promise.reject(new Error(`try ${tries}`)) : 'ok') },
    { maxAttempts: 3 },
  );
  await traced(node).run(tracedStore(sink), testContext());
  expect(spans(sink)).toEqual([
    'node flaky ok',
    'phase prep ok',
    'phase exec ok',
    'attempt attempt 1 failed',
    'attempt attempt 2 failed',
    'attempt attempt 3 ok',
    'phase post ok',
  ]);
});

test('the fallback is called with the last error after every attempt has failed', async () => {
  const node = nodeOf<unknown, string>(
    'guarded',
    {
      exec: () => Promise.reject(new Error('no')),
      execFallback: (_prepared, error) => `fell back: ${(error as Error).message}`,
      post: (store, _prepared, result) => void (store['result'] = result),
    },
    { maxAttempts: 2 },
  );
  const shared = createStore();
  await new NamespacedWrapper(node).run(shared, testContext());
  expect(shared['guarded']).toEqual({ result: 'fell back: no' });
});

test.each(['prep', 'exec', 'post'] as const)(
  'an exception in %s fails that phase and the node, and its message is in the namespace',
  async (phase) => {
    const sink = memorySink();
    const shared = tracedStore(sink);
    const node = nodeOf('broken', { [phase]: () => Promise.reject(new TypeError(`boom in ${phase}`)) });
    await expect(traced(node).run(shared, testContext())).rejects.toThrow(`boom in ${phase}`);
    const failed = sink.of('span.finished').filter(({ status }) => status === 'failed');
    const names = failed.map(
      ({ span }) => sink.of('span.started').find((start) => start.span === span)?.name,
    );
    expect(names).toEqual([phase, 'broken']);
    expect(failed[0]?.error).toMatchObject({
      name: 'TypeError',
      message: `boom in ${phase}`,
      stack: expect.stringContaining('lifecycle.test'),
    });
    expect(sink.of('store.changed').at(-1)?.set).toEqual({ '/broken/error': `boom in ${phase}` });
  },
);

test('a thrown value need not be an Error', async () => {
  const sink = memorySink();
  await expect(
    traced(nodeOf('rude', { exec: () => Promise.reject({ reason: 7 }) })).run(
      tracedStore(sink),
      testContext(),
    ),
  ).rejects.toEqual({ reason: 7 });
  expect(sink.of('span.finished').at(-1)?.error).toEqual({ name: 'object', message: '{"reason":7}' });
});

test('a node that never returns is abandoned when the run is cancelled', async () => {
  const sink = memorySink();
  const controller = new AbortController();
  const node = nodeOf('stuck', {
    exec: () => {
      queueMicrotask(() => controller.abort(new PflowError('cancelled', 'The run was cancelled.')));
      return new Promise<never>(() => {});
    },
  });
  await expect(
    traced(node).run(tracedStore(sink), testContext({ signal: controller.signal })),
  ).rejects.toMatchObject({ code: 'cancelled' });
  expect(spans(sink)).toEqual(['node stuck cancelled', 'phase prep ok', 'phase exec cancelled']);
});

test('a cancelled run is neither retried nor handled by the fallback', async () => {
  for (const maxAttempts of [1, 5]) {
    const controller = new AbortController();
    const calls: string[] = [];
    const node = nodeOf(
      'stop',
      {
        exec: () => {
          calls.push('exec');
          controller.abort(new PflowError('cancelled', 'The run was cancelled.'));
          throw new Error('after');
        },
        execFallback: () => calls.push('fallback'),
      },
      { maxAttempts },
    );
    await expect(node.run(createStore(), testContext({ signal: controller.signal }))).rejects.toThrow();
    expect(calls).toEqual(['exec']);
  }
});

test('an exec that fails with the end of the run is neither retried nor handled by the fallback', async () => {
  for (const code of ['budget_exceeded', 'cancelled'] as const) {
    let tries = 0;
    const node = nodeOf(
      'spend',
      {
        exec: () => {
          tries++;
          throw new PflowError(code, 'The run ends here.');
        },
        execFallback: () => 'answer',
      },
      { maxAttempts: 5 },
    );
    await expect(node.run(createStore(), testContext())).rejects.toMatchObject({ code });
    expect(tries).toBe(1);
  }
});

test('an AbortError thrown by the node itself is retried like any other error', async () => {
  let tries = 0;
  const node = nodeOf(
    'aborts',
    {
      exec: () => {
        if (++tries < 3) throw new DOMException('This operation was aborted', 'AbortError');
        return 'ok';
      },
    },
    { maxAttempts: 3 },
  );
  await node.run(createStore(), testContext());
  expect(tries).toBe(3);
});

test('a node without exec passes the result of prep to post', async () => {
  class Seed extends BaseNode {
    override prep(store: Shared) {
      return store['input'];
    }
    override post(store: Shared, prepared: unknown, result: unknown) {
      store['output'] = { prepared, result };
    }
  }
  const shared = createStore({ input: [1, 2] });
  await new NamespacedWrapper(new Seed('seed')).run(shared, testContext());
  expect(shared['seed']).toEqual({ output: { prepared: [1, 2], result: [1, 2] } });
});

test('without a sink nothing is traced, and the node accesses the store directly', async () => {
  const shared = createStore({ list: [1] });
  let seen: unknown;
  const node = nodeOf('plain', { prep: (store) => void (seen = store) });
  await new TracingWrapper(node, { nodeType: 'test' }).run(shared, testContext());
  expect(seen).toBe(shared);
});

test('a log line of a node is an event of its current phase', async () => {
  const sink = memorySink();
  await traced(nodeOf('chatty', { exec: (_prepared, context) => context.log('half way', 'stderr') })).run(
    tracedStore(sink),
    testContext(),
  );
  const exec = sink.of('span.started').find(({ name }) => name === 'exec')!;
  expect(sink.of('log.written')).toMatchObject([{ span: exec.span, stream: 'stderr', text: 'half way' }]);
});

test('a pending call is finished when its node is cancelled', async () => {
  const sink = memorySink();
  const controller = new AbortController();
  const client = {
    provider: 'openai',
    model: 'gpt-5',
    free: false,
    request: () => new Promise<never>(() => {}),
  };
  const llm: LlmCaller = {
    generate(request, options) {
      options?.onAttempt?.({ attempt: 1, client, request });
      queueMicrotask(() => controller.abort(new PflowError('cancelled', 'The run was cancelled.')));
      return new Promise(() => {});
    },
  };
  const node = nodeOf('ask', { exec: (_prepared, context) => context.llm.generate({ prompt: 'Hi' }) });
  const run = traced(node).run(tracedStore(sink), testContext({ llm, signal: controller.signal }));
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(spans(sink)).toContain('llm gpt-5 cancelled');
});
