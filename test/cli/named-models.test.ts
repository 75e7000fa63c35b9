import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

const first = { id: 'first', type: 'llm', params: { prompt: 'Say hello' } };
const touch = { id: 'touch', type: 'shell', params: { command: 'touch ran' } };

async function paid() {
  const server = await serve(stream(chatChunks('hello')));
  const env = {
    PFLOW_MODEL: 'openai/gpt-5-mini',
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: `${server.url}/v1`,
  };
  return { ...server, env };
}

test('a model name without a provider is sent to its vendor', async () => {
  const { pflow, write } = workspace();
  const { env, received } = await paid();
  write('bare.json', { nodes: [{ ...first, params: { prompt: 'Hi', model: 'gpt-4o-mini' } }], edges: [] });
  const { code, stderr } = await pflow(['bare.json'], { env });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') });
  expect(received.map(({ body }) => body['model'])).toEqual(['gpt-4o-mini']);
});

test('a model without a key is reported before anything runs, also in a continuing batch and in a nested workflow', async () => {
  const { pflow, write, folder } = workspace();
  const { env, received } = await paid();
  const asked = { prompt: 'x', model: 'claude-opus-4.5' };
  const batch = { items: [1, 2], error_handling: 'continue' };
  write('child.json', { nodes: [{ id: 'inner', type: 'llm', params: asked }], edges: [] });
  const last = {
    batch: { id: 'last', type: 'llm', params: asked, batch },
    nested: { id: 'last', type: 'workflow', params: { workflow_ref: './child.json' } },
    input: { id: 'last', type: 'llm', params: { prompt: 'x', model: '${which}' } },
  };
  for (const [name, node] of Object.entries(last)) {
    const file = write(`${name}.json`, {
      inputs: { which: { type: 'string', default: 'claude-opus-4.5' } },
      nodes: [first, touch, node],
      edges: [
        { from: 'first', to: 'touch' },
        { from: 'touch', to: 'last' },
      ],
    });
    const { code, stderr } = await pflow([file, '--yes'], { env });
    expect(code).toBe(1);
    expect(stderr).toContain("The model 'claude-opus-4.5' of node 'last");
    expect(stderr).toContain('Anthropic needs a key and ANTHROPIC_API_KEY is not set.');
    expect(stderr).toContain('export ANTHROPIC_API_KEY');
  }
  expect(received).toEqual([]);
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

test('a model without a price is reported before the first call', async () => {
  const { pflow, write } = workspace();
  const { env } = await paid();
  write('new.json', { nodes: [{ ...first, params: { prompt: 'Hi', model: 'gpt-99-nano' } }], edges: [] });
  const { code, stderr } = await pflow(['new.json'], { env });
  expect(code).toBe(0);
  const warned = stderr.indexOf('The price of openai/gpt-99-nano is not known');
  expect(warned).toBeGreaterThan(-1);
  expect(stderr.indexOf('✓ first')).toBeGreaterThan(warned);
});

test('validation notes the models that cannot be reached with the current configuration', async () => {
  const { pflow, write } = workspace();
  const asked = { prompt: 'Hi', model: 'gemini-3-flash-preview' };
  write('bare.json', { nodes: [{ ...first, params: asked }], edges: [] });
  const noted = "The model 'gemini-3-flash-preview' of node 'first' cannot be reached: Google needs a key";
  const { code, stdout } = await pflow(['workflow', 'validate', 'bare.json']);
  expect(code).toBe(0);
  expect(stdout).toContain(noted);
  const { stdout: json } = await pflow(['workflow', 'validate', 'bare.json', '--output-format', 'json']);
  expect(JSON.parse(json)).toMatchObject({ valid: true, models: [expect.stringContaining(noted)] });
});
