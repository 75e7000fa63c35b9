// An MCP server over standard input and output with troublesome tools.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'troubles', version: '1.0.0' }, { capabilities: { logging: {} } });
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const file = z.string();

/** Ends the process the first time; `file` counts. */
const crashOnce = ({ file: path }) => {
  const count = existsSync(path) ? readFileSync(path, 'utf8').length : 0;
  appendFileSync(path, 'x');
  if (count > 0) return text('survived');
  process.stderr.write('FATAL: out of cheese\n', () => process.exit(1));
  return new Promise(() => {});
};
server.registerTool('crash-once', { inputSchema: { file } }, crashOnce);
server.registerTool('read-once', { inputSchema: { file }, annotations: { readOnlyHint: true } }, crashOnce);
server.registerTool(
  'progress',
  { inputSchema: { steps: z.number() } },
  async ({ steps }, { sendNotification, ...extra }) => {
    for (let progress = 1; progress <= steps; progress++) {
      await sleep(300);
      const params = {
        progressToken: extra['_meta'].progressToken,
        progress,
        total: steps,
        message: 'working',
      };
      await sendNotification({ method: 'notifications/progress', params });
    }
    return text('done');
  },
);
server.registerTool('words', {}, async (extra) => {
  const params = { level: 'warning', data: 'a line of the server' };
  await extra.sendNotification({ method: 'notifications/message', params });
  await new Promise((resolve) => process.stderr.write('a line of stderr\n', resolve));
  await sleep(50);
  return text('said');
});
server.registerTool('sample', {}, async () => {
  const messages = [{ role: 'user', content: { type: 'text', text: 'hi' } }];
  return text(JSON.stringify(await server.server.createMessage({ messages, maxTokens: 10 })));
});
server.registerTool('elicit', {}, async () => {
  const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
  return text(JSON.stringify(await server.server.elicitInput({ message: 'Name?', requestedSchema })));
});
server.registerTool('roots', {}, async () => text(JSON.stringify(await server.server.listRoots())));
server.registerTool('huge', {}, () => text('x'.repeat(11 * 1024 * 1024)));
server.registerTool('hang', {}, () => new Promise(() => {}));
server.registerTool('wrapped', { outputSchema: { result: z.number() } }, () => ({
  content: [{ type: 'text', text: '42' }],
  structuredContent: { result: 42 },
}));
server.registerTool('chart', { outputSchema: { points: z.number() } }, () => ({
  content: [
    { type: 'text', text: 'a chart' },
    { type: 'image', data: 'AAAA', mimeType: 'image/png' },
  ],
  structuredContent: { points: 3 },
}));
await server.connect(new StdioServerTransport());
