import { expect, test } from 'vitest';
import { toolType } from '../../src/nodes/mcp/tool-type.js';
import { failureOf, runNode } from '../support/run-node.js';

test('a regular expression of a server does not run here, and a parameter named pattern is one', async () => {
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
