import { expect, test } from 'vitest';
import { createLlmCaller } from '../../src/llm/client/caller.js';
import { createModelSource } from '../../src/llm/providers/ai-sdk-models.js';
import { chooseModel } from '../../src/llm/select/choose-model.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { llm } from '../../src/nodes/text/llm-node.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';
import { failureOf, runNode } from '../support/run-node.js';

const schema = {
  type: 'object',
  properties: { title: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
  required: ['title', 'tags'],
};

async function callerFor(answer: string) {
  const { url, received } = await serve(stream(chatChunks(answer)));
  const env = { OPENAI_BASE_URL: `${url}/v1`, PFLOW_MODEL: 'openai-compatible/m' };
  const choice = await chooseModel({ env });
  return { received, caller: createLlmCaller(createModelSource(choice, { env, skills: {} })) };
}

test('an llm node with a JSON Schema requests an object and outputs it', async () => {
  const { caller, received } = await callerFor('{"title": "A day", "tags": null}');
  const { outputs } = await runNode(llm, { prompt: 'Name it', schema }, { llm: caller });
  expect(outputs['response']).toEqual({ title: 'A day', tags: [] });
  expect(received).toHaveLength(1);
  expect(received[0]!.body['response_format']).toMatchObject({
    type: 'json_schema',
    json_schema: { schema: { properties: schema.properties, required: schema.required } },
  });
});

test('a response that does not match the schema fails the node after one repair', async () => {
  const { caller, received } = await callerFor('{"title": 5}');
  expect(await failureOf(llm, { prompt: 'Name it', schema }, { llm: caller })).toContain(
    'invalid structured response twice',
  );
  expect(received).toHaveLength(2);
});

test('a pattern in a schema that backtracks without end fails the node', async () => {
  const { caller } = await callerFor(JSON.stringify({ title: `${'a'.repeat(60)}!` }));
  const endless = { type: 'object', properties: { title: { type: 'string', pattern: '^(a+)+$' } } };
  expect(await failureOf(llm, { prompt: 'Name it', schema: endless }, { llm: caller })).toContain(
    'The validation of the answer took longer than 500ms.',
  );
});

test('a schema that is invalid or not of an object is rejected before any request', async () => {
  for (const wrong of [{ type: 'string' }, { type: 'nonsense' }])
    expect(await failureOf(llm, { prompt: 'x', schema: wrong })).toMatch(/^The schema (is not|does not)/);
});

test('a template resolves a field of the object', () => {
  const { problems } = validateWorkflow(
    {
      nodes: [
        { id: 'name', type: 'llm', params: { prompt: 'Name it', schema } },
        { id: 'show', type: 'echo', params: { message: '${name.response.title}' } },
      ],
      edges: [{ from: 'name', to: 'show' }],
    },
    createRegistry(),
  );
  expect(problems).toEqual([]);
});
