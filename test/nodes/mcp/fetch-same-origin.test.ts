import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fetchSameOrigin } from '../../../src/nodes/mcp/fetch-same-origin.js';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an MCP redirect is followed with headers and body within the origin and rejected elsewhere', async () => {
  const requests: string[] = [];
  const other = await serve((request, response) => {
    requests.push(`other ${request.url}`);
    response.end();
  });
  const origin = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    requests.push(`${request.method} ${request.url} ${String(request.headers['x-api-key'])} ${body}`);
    const location = { '/mcp': '/mcp/', '/away': other, '/loop': '/loop' }[request.url!];
    if (location === undefined) response.end('there');
    else response.writeHead(307, { location }).end();
  });
  const init = { method: 'POST', headers: { 'x-api-key': 'K' }, body: '{}' };
  expect(await (await fetchSameOrigin(`${origin}/mcp`, init)).text()).toBe('there');
  expect(requests).toEqual(['POST /mcp K {}', 'POST /mcp/ K {}']);
  await expect(fetchSameOrigin(`${origin}/away`, init)).rejects.toThrow(
    `${origin} redirects to ${other}, which gets no request.`,
  );
  await expect(fetchSameOrigin(`${origin}/loop`, init)).rejects.toThrow('redirects without end');
  expect(requests.filter((each) => each.startsWith('other'))).toEqual([]);
});
