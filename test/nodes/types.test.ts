import { expect, test } from 'vitest';
import { z } from 'zod';
import type { LlmCaller, LlmRequest, LlmResponse } from '../../src/llm/client/client.js';
import { defineNode } from '../../src/nodes/definition/define-node.js';
import { describeNodeType, nodeTypeText } from '../../src/nodes/definition/describe-type.js';
import { echo } from '../../src/nodes/testing/echo.js';
import { llm } from '../../src/nodes/text/llm-node.js';
import { readFile } from '../../src/nodes/files/read-file.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { testRetry } from '../../src/nodes/testing/test-retry.js';
import { testStructured } from '../../src/nodes/testing/test-structured.js';
import { test as testType } from '../../src/nodes/testing/test-node.js';
import { failureOf, runNode } from '../support/run-node.js';

/** A model that gives the same response to every request and records the requests. */
function answering(answer: Partial<LlmResponse>): { llm: LlmCaller; asked: LlmRequest[] } {
  const asked: LlmRequest[] = [];
  const generate = (request: LlmRequest) => {
    asked.push(request);
    return Promise.resolve({ text: '', model: 'm-1', usage: null, usageOrigin: 'none' as const, ...answer });
  };
  return { llm: { generate }, asked };
}

test('llm passes its parameters to the model and outputs the response with its usage', async () => {
  const usage = {
    input: 10,
    cacheRead: 4,
    cacheWrite: 0,
    output: 5,
    total: 15,
    source: 'test',
    convention: 'inclusive',
    warnings: [],
  } as const;
  const { llm: caller, asked } = answering({ text: 'Yes.', model: 'm-2', usage });
  const params = {
    prompt: 'Is it?',
    system: 'Be brief.',
    images: 'a.png',
    model: 'x/m',
    temperature: '0.5',
    max_tokens: 100,
  };
  const { outputs, action } = await runNode(llm, params, { llm: caller });
  expect(asked).toEqual([
    {
      prompt: 'Is it?',
      system: 'Be brief.',
      images: ['a.png'],
      model: 'x/m',
      temperature: 0.5,
      maxTokens: 100,
    },
  ]);
  expect(action).toBe('default');
  expect(outputs).toEqual({
    response: 'Yes.',
    llm_usage: {
      model: 'm-2',
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 4,
      cost_usd: null,
    },
  });
});

test('llm outputs null for unreported usage and serializes a non-text prompt as JSON', async () => {
  const { llm: caller, asked } = answering({ text: 'ok' });
  const { outputs } = await runNode(llm, { prompt: { a: 1 } }, { llm: caller });
  expect(asked).toEqual([{ prompt: '{\n  "a": 1\n}' }]);
  expect(outputs['llm_usage']).toMatchObject({
    model: 'm-1',
    input_tokens: null,
    cache_read_input_tokens: null,
  });
});

test('echo returns its message and data', async () => {
  expect((await runNode(echo, {})).outputs).toEqual({
    echo: 'Hello, World!',
    metadata: { original_message: 'Hello, World!', count: 1, modified: false },
  });
  const params = { message: 'hi', count: '2', prefix: '<', suffix: '>', uppercase: 'true', data: { a: 1 } };
  expect((await runNode(echo, params)).outputs).toEqual({
    echo: '<HI> <HI>',
    data: { a: 1 },
    metadata: { original_message: 'hi', count: 2, modified: true },
  });
});

test('a test node returns its configured action for its first visits only', async () => {
  expect(
    await runNode(testType, { test_input: 'x', action: 'retry', visits: 2 }, { visit: 2 }),
  ).toMatchObject({ action: 'retry', outputs: { test_output: 'Processed: x' } });
  expect((await runNode(testType, { action: 'retry', visits: 2 }, { visit: 3 })).action).toBe('default');
});

test('test-retry succeeds on its third attempt in every run', async () => {
  expect((await runNode(testRetry, {})).outputs).toEqual({
    retry_output: 'Processed with retry support: test data',
  });
  expect(await failureOf(testRetry, { failures: 3 })).toBe('Attempt 3 fails as configured.');
});

test('test-structured returns nested data', async () => {
  expect((await runNode(testStructured, { user_id: 7 })).outputs).toMatchObject({
    user_data: { id: '7', profile: { age: 25 } },
    tags: [{ color: 'gold' }, {}],
  });
});

test('a defined node reads in prep, computes in exec and selects its action in post', async () => {
  const seen: unknown[] = [];
  const type = defineNode({
    type: 'own',
    description: 'Of a test.',
    params: z.object({ n: z.number().default(2).describe('A number') }),
    outputs: z.object({ twice: z.number().describe('Twice it') }),
    actions: ['big'],
    prep: ({ shared }) => shared['factor'] as number,
    exec: ({ params, prepared }) => ({ twice: params.n * prepared }),
    post: ({ outputs, shared, id }) => {
      seen.push(shared['twice'], id);
      return outputs.twice > 5 ? 'big' : undefined;
    },
  });
  expect(await runNode(type, { n: '3' }, { store: { factor: 2 } })).toMatchObject({
    action: 'big',
    outputs: { twice: 6 },
  });
  expect(await runNode(type, {}, { store: { factor: 2 } })).toMatchObject({
    action: 'default',
    outputs: { twice: 4 },
  });
  expect(seen).toEqual([6, 'node', 4, 'node']);
  expect(await failureOf(type, { n: 'three' })).toBe(
    "The parameters do not fit node type 'own': n: must be a number, not 'three'.",
  );
});

test('an undefined output is not written to the store', async () => {
  const type = defineNode({
    type: 'own',
    description: 'Of a test.',
    params: z.object({}),
    outputs: z.object({ a: z.number().optional(), b: z.null() }),
    exec: () => ({ a: undefined, b: null }),
  });
  expect((await runNode(type, {})).outputs).toEqual({ b: null });
});

test('every node type and each of its fields has a description', () => {
  for (const type of createRegistry().list()) {
    const { description, params, outputs } = describeNodeType(type);
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect([...params, ...outputs].filter((field) => field.description === '')).toEqual([]);
  }
});

test('a registry rejects two node types of the same name', () => {
  expect(() => createRegistry([echo, echo])).toThrow("There are two node types named 'echo'.");
  expect(createRegistry([echo]).types()).toEqual(['echo']);
  expect(createRegistry().get('toString')).toBeUndefined();
});

test('a node type is described as text', () => {
  expect(nodeTypeText(readFile)).toMatchInlineSnapshot(`
    "read-file: Reads a file as text; a binary file is returned as base64.

    Parameters
      file_path  Path of the file to read (text)
      encoding   Text encoding (text, default "utf-8")

    Outputs
      content            Text of the file, or base64 if it is binary (text)
      content_is_binary  Whether \`content\` is base64 (true or false)
      file_path          Path of the file (text)
      error              Error message, if the node failed (text)

    Actions: default, error
    Effects: reads"
  `);
  expect(nodeTypeText(llm)).toMatchInlineSnapshot(`
    "llm: Sends a prompt to a language model and returns its response.

    Parameters
      prompt       User prompt (text)
      system       System prompt (text, optional)
      images       Image URLs or file paths to include (text or a list, optional)
      model        provider/model, or a model's name; absent means the run's model (text, optional)
      temperature  Sampling temperature; 0 is the least random (a number, optional)
      schema       JSON Schema of an object: the response is an object that matches it (an object, optional)
      max_tokens   Maximum response length in tokens (a whole number, optional)

    Outputs
      response   Response text, or an object with \`schema\`; fields of a JSON response are available as \${node.response.field} (text or an object)
      llm_usage  Token usage and cost in USD; null where the provider did not report it or the price is unknown (an object)

    Actions: default
    Effects: model"
  `);
});
