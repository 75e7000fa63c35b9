import { expect, test } from 'vitest';
import { toolType } from '../../src/nodes/mcp/tool-type.js';
import { failureOf, runNode } from '../support/run-node.js';

test("patterns in a server's schema are not evaluated, and a parameter may be named pattern", async () => {
  const calls: unknown[] = [];
  const type = toolType(
    'files',
    {
      name: 'find',
      inputSchema: {
        type: 'object',
        properties: {
          text: { type: 'string', pattern: '^(a+)+$' },
          pattern: { type: 'string', default: '*' },
          nested: { type: 'array', items: { type: 'string', pattern: '^(a+)+$' } },
        },
        required: ['text'],
      },
    },
    (_name, params) => {
      calls.push(params);
      return Promise.resolve({ content: [{ type: 'text', text: 'found' }] });
    },
  );
  const endless = `${'a'.repeat(60)}!`;
  const { outputs } = await runNode(type, { text: endless, nested: [endless] });
  expect(outputs['result']).toBe('found');
  expect(calls).toEqual([{ text: endless, nested: [endless], pattern: '*' }]);
  expect(await failureOf(type, {})).toContain('text');
});
