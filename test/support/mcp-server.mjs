// A real MCP server over standard input and output, or over HTTP when it is given a port to say it listens on.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

function fixtureServer() {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' });
  server.registerTool(
    'add',
    {
      description: 'Adds two numbers.',
      inputSchema: { a: z.number().describe('One'), b: z.number().default(1).describe('The other') },
      outputSchema: { sum: z.number() },
      annotations: { readOnlyHint: true },
    },
    ({ a, b }) => ({ content: [{ type: 'text', text: `${a + b}` }], structuredContent: { sum: a + b } }),
  );
  server.registerTool('say', { inputSchema: { text: z.string() } }, ({ text }) => ({
    content: [{ type: 'text', text: `${process.env.GREETING ?? 'hi'}, ${text}` }],
  }));
  server.registerTool('fail', {}, () => ({
    isError: true,
    content: [{ type: 'text', text: 'it is closed on Sundays' }],
  }));
  server.registerTool('context', {}, ({ _meta }) => ({
    content: [{ type: 'text', text: `${_meta?.traceparent}` }],
  }));
  server.registerTool('pid', {}, () => ({ content: [{ type: 'text', text: `${process.pid}` }] }));
  server.registerTool('hang', {}, () => {
    // Whoever waits for the tool to hang waits for this file.
    if (process.env.PID_FILE) writeFileSync(process.env.PID_FILE, `${process.pid}`);
    return new Promise(() => {});
  });
  return server;
}

if (process.argv[2] === 'http') {
  const http = createServer(async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    const server = fixtureServer();
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  http.listen(0, '127.0.0.1', () => process.stdout.write(`${http.address().port}\n`));
} else {
  // One that goes on when its input is closed, and when it is asked to end.
  if (process.env.STAY) {
    setInterval(() => {}, 1000);
    process.on('SIGTERM', () => {});
  }
  await fixtureServer().connect(new StdioServerTransport());
}
