import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

/** A model server whose answers name the model; `big` answers with JSON, the others in words. */
async function models() {
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
  const { url, received } = await serve(async (response, request) => {
    const model = String(request.body['model']);
    const text = model === 'gpt-4.1' ? '{"good":true}' : `I am ${model}.`;
    await stream(chatChunks(text, { model, usage }))(response, request);
  });
  return { env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${url}/v1` }, received };
}

const workflow = {
  nodes: [
    { id: 'topic', type: 'echo', params: { message: 'tides' } },
    { id: 'ask', type: 'llm', params: { prompt: 'Describe ${topic.echo}.', model: 'openai/gpt-4.1-nano' } },
  ],
  edges: [{ from: 'topic', to: 'ask' }],
  outputs: { answer: { source: '${ask.response}' } },
};

test('a node is tried with other models only after confirmation, and its answers are verified and compared', async () => {
  const { pflow, write } = workspace();
  const { env, received } = await models();
  write('w.json', workflow);
  await pflow(['w.json', '-p'], { env });
  expect(received.map(({ body }) => body['model'])).toEqual(['gpt-4.1-nano']);
  const unusable = ['whatif', '--model', 'openai/gpt-4.1,anthropic/claude-sonnet-4-5', '--really', '--yes'];
  const early = await pflow(unusable, { env });
  expect([early.code, received.length]).toEqual([1, 1]);
  expect(early.stderr).toContain('ANTHROPIC_API_KEY');
  const words = ['whatif', 'latest', '--model', 'openai/gpt-4.1,openai/gpt-4.1-mini', '--really'];
  const verify = ['--verify', `grep -q good || { echo 'no JSON'; exit 3; }`];
  const refused = await pflow([...words, ...verify], { env });
  expect([refused.code, received.length]).toEqual([2, 1]);
  expect(refused.stderr).toContain("Rerun 'ask' with 2 models:");
  expect(refused.stderr).toContain('Nothing was run. Add --yes to run it.');
  const tried = await pflow([...words, ...verify, '--yes'], { env });
  expect(tried.code).toBe(0);
  expect(received.slice(1).map(({ body }) => body['model'])).toEqual(['gpt-4.1', 'gpt-4.1-mini']);
  expect(received[1]!.body['messages']).toEqual(received[0]!.body['messages']);
  const lines = tried.stdout.split('\n').map((line) => line.replaceAll(/\d+ms|[\d.]+s\b/g, 'T').trim());
  // $2 and $8 a million, and a fifth of that.
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^openai\/gpt-4\.1-nano \(as it ran\) +\$0\.00014 +T +1100 +0 of 1 +none passed$/,
      ),
      expect.stringMatching(/^openai\/gpt-4\.1 +\$0\.0028 +T +1100 +1 of 1 +\$0\.0028$/),
      expect.stringMatching(/^openai\/gpt-4\.1-mini +\$0\.00056 +T +1100 +0 of 1 +none passed$/),
      '· openai/gpt-4.1-mini: no JSON',
      '── openai/gpt-4.1',
      '{"good":true}',
      'Cheapest passing answer: openai/gpt-4.1, $0.0028 each (1 of 1 passed).',
    ]),
  );
});
