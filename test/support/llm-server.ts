import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Received = Readonly<{
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}>;
export type Reply = (response: ServerResponse, request: Received) => void | Promise<void>;

/** A loopback server that gives one reply per request, in order (repeating the last one), and records the requests. */
export async function serve(...replies: readonly Reply[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
    const one = { path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    await (replies[received.length - 1] ?? replies.at(-1)!)(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** A loopback address without a listener. */
export async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
}

/** An event stream of these chunks, closed at its end unless `end` overrides it. */
export function stream(chunks: readonly unknown[], end: 'end' | 'destroy' | 'open' = 'end'): Reply {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) await write(response, chunk);
    if (end === 'end') response.end();
    if (end === 'destroy') response.destroy();
  };
}

export function write(response: ServerResponse, chunk: unknown): Promise<void> {
  const text = typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`;
  return new Promise((resolve) => response.write(text, () => resolve()));
}

/** The chunks of a chat completion in the OpenAI format, as its API reference documents them. */
export function chatChunks(
  text: string,
  options: { model?: string; usage?: unknown; finish?: string } = {},
): unknown[] {
  const {
    model = 'gpt-test-1',
    usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
    finish = 'stop',
  } = options;
  const chunk = (choices: unknown[], rest: object = {}) => ({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices,
    ...rest,
  });
  const pieces = text.match(/[^]{1,8}/g) ?? [];
  return [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
    ...pieces.map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: finish }]),
    ...(usage ? [chunk([], { usage })] : []),
    'data: [DONE]\n\n',
  ];
}
