// oxlint-disable no-console -- it is what is tested
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../../src/nodes/definition/define-node.js';
import { run } from '../../src/session/run.js';

const talk = defineNode({
  type: 'talk',
  description: 'Prints as it works.',
  params: z.object({ text: z.string().describe('What to print') }),
  outputs: z.object({}),
  exec: ({ params }) => {
    console.info(params.text);
    return {};
  },
});

test("a node's console output still reaches the console, and a subscriber's output is not attributed to a node", async () => {
  const heard = vi.spyOn(console, 'info').mockImplementation(() => {});
  const before = console.info;
  const logs: unknown[] = [];
  await run(
    { nodes: [{ id: 'talk', type: 'talk', params: { text: 'hello' } }] },
    {
      nodes: [talk],
      model: 'offline',
      onEvent: (event) => {
        if (event.type === 'log.written') logs.push(event.text);
        if (event.type === 'span.started') console.info(`began ${event.name}`);
      },
    },
  );
  expect(logs).toEqual(['hello\n']);
  expect(heard.mock.calls.flat()).toContain('hello');
  expect(heard.mock.calls.flat()).toContain('began talk');
  expect(console.info).toBe(before);
  heard.mockRestore();
});
