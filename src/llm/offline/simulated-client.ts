/** A loopback server that simulates a hosted model. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelChoice } from '../select/choose-model.js';
import { estimateTokens } from '../../usage/estimate.js';

/** A parsed request. */
export type SimulatedQuestion = Readonly<{
  system: string;
  prompt: string;
  /** The schema name of a structured request. */
  schemaName?: string;
}>;

export type SimulatedModel = Readonly<{ choice: ModelChoice; close(): Promise<void> }>;

/**
 * Starts a loopback server in the OpenAI format that simulates a hosted model at no cost: latency to the first token,
 * streaming at a realistic rate, prompt caching by prefix, and one 429. The script supplies the answers. Callers must
 * label its figures as simulated.
 */
export async function startSimulatedModel(options: {
  script: (question: SimulatedQuestion) => string;
  /** Scales all delays: 1 is realistic, 0 disables them. */
  latency?: number;
}): Promise<SimulatedModel> {
  const { script, latency = 1 } = options;
  const seen: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const pause = (ms: number) =>
      latency > 0 ? sleep(ms * latency, undefined, { signal: gone.signal }) : undefined;
    answer(request, response, pause).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse, pause: Pause): Promise<void> {
    const question = await readQuestion(request);
    if (++requests === TURNED_AWAY) return turnAway(response, latency);
    const input = `${question.system}\n${question.prompt}`;
    const text = script(question);
    const usage = usageOf(input, text, seen);
    seen.push(input);
    await pause(350 + (usage.prompt_tokens - usage.prompt_tokens_details.cached_tokens) / 4);
    await streamAnswer(response, text, usage, pause);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    choice: {
      provider: 'simulated',
      model: MODEL,
      reason: 'simulated, nothing is paid for',
      free: false,
      baseUrl: `http://127.0.0.1:${port}/v1`,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Pause = (ms: number) => Promise<unknown> | undefined;

/** A model that every price table has, so that a simulated run shows costs. */
const MODEL = 'gpt-5-mini';
const TOKENS_PER_SECOND = 70;

/** The index of the request that is refused once: late enough to be visible, early enough to occur. */
const TURNED_AWAY = 3;

async function readQuestion(request: IncomingMessage): Promise<SimulatedQuestion> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  const { messages, response_format: format } = JSON.parse(body) as {
    messages: { role: string; content: string }[];
    response_format?: { json_schema?: { name?: string } };
  };
  const said = (role: string) => messages.find((message) => message.role === role)?.content ?? '';
  const schemaName = format?.json_schema?.name;
  return { system: said('system'), prompt: said('user'), ...(schemaName ? { schemaName } : {}) };
}

function turnAway(response: ServerResponse, latency: number): void {
  const wait = Math.round(900 * latency);
  const headers = {
    'content-type': 'application/json',
    'retry-after': String(Math.ceil(wait / 1000)),
    'retry-after-ms': String(wait),
  };
  const error = {
    message: 'Rate limit reached. Please try again in a moment.',
    type: 'requests',
    code: 'rate_limit_exceeded',
  };
  response.writeHead(429, headers).end(JSON.stringify({ error }));
}

function usageOf(input: string, text: string, seen: readonly string[]) {
  const prompt = estimateTokens(input);
  const output = estimateTokens(text);
  const reasoning = Math.round(output / 3);
  const cached = Math.max(
    0,
    ...seen.map((earlier) => estimateTokens(input.slice(0, commonPrefix(input, earlier)))),
  );
  return {
    prompt_tokens: prompt,
    completion_tokens: output + reasoning,
    total_tokens: prompt + output + reasoning,
    // Providers cache in blocks of tokens.
    prompt_tokens_details: { cached_tokens: Math.floor(cached / 64) * 64 },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

function commonPrefix(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}

async function streamAnswer(
  response: ServerResponse,
  text: string,
  usage: object,
  pause: Pause,
): Promise<void> {
  const send = (choices: object[], rest: object = {}) => {
    const chunk = {
      id: 'chatcmpl-simulated',
      object: 'chat.completion.chunk',
      created: 0,
      model: MODEL,
      choices,
      ...rest,
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
  for (const content of text.match(/\s*\S{1,5}|\s+/g) ?? []) {
    send([{ index: 0, delta: { content }, finish_reason: null }]);
    await pause(1000 / TOKENS_PER_SECOND);
  }
  send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  send([], { usage });
  response.end('data: [DONE]\n\n');
}
