import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ExchangeHandle, ExchangeObserver, TappedRequest } from '../../src/tap/exchange/listener.js';
import { tapRequests } from '../../src/tap/tap.js';
import type { WireRequest } from '../../src/wire/wire-call.js';
import { parseWireRequest } from '../../src/wire/wire-request.js';
import { parseWireResponse } from '../../src/wire/wire-response.js';
import { medians, type Candidate } from './measure.js';
import { amount, atMost, type Section } from './report.js';

const question = JSON.stringify({
  model: 'gpt-4.1',
  messages: [{ role: 'user', content: 'Sum up this text. '.repeat(200) }],
});
const answer = JSON.stringify({
  model: 'gpt-4.1',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'A word. '.repeat(200) } },
  ],
  usage: { prompt_tokens: 1200, completion_tokens: 480, total_tokens: 1680 },
});

const server = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(${JSON.stringify(answer)});
    });
  });
  server.keepAliveTimeout = 60000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.resume().on('end', () => process.exit());`;

/** The CPU time that the tap adds to a request: to a call of a model, which it reads completely, and to any other. */
export async function measureTap(rounds: number): Promise<Section> {
  const child = spawn(process.execPath, ['-e', server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const origin = `http://127.0.0.1:${line.toString().trim()}`;
  const agent = new Agent({ keepAlive: true });
  const clients = { fetch: sendByFetch, 'node:http': (url: string) => sendByHttp(url, agent) };
  const kinds = { call: '/v1/chat/completions', 'unrelated request': '/orders' };
  const candidates = Object.entries(kinds).flatMap(([kind, path]) =>
    Object.entries(clients).flatMap(([client, send]): Candidate[] => {
      const work = () => perRequest(() => send(origin + path));
      return [
        { name: `${kind} ${client}`, run: work },
        // Both in one round, because the load of the machine changes from round to round more than the tap adds.
        { name: `${kind} ${client} added`, run: async () => (await tapped(work)) - (await work()) },
      ];
    }),
  );
  const figures = await medians(candidates, { rounds: Math.min(rounds, 5), collect: false });
  agent.destroy();
  child.stdin.end();
  return {
    title: 'The tap, CPU time added to a request over loopback',
    rows: Object.keys(kinds).flatMap((kind) =>
      Object.keys(clients).map((client) => {
        const plain = figures.get(`${kind} ${client}`)!;
        const added = figures.get(`${kind} ${client} added`)!;
        const what = `${kind} by ${client}, which takes ${amount(plain, 'µs')} untapped`;
        return kind === 'call' ? atMost(what, added, 200, 'µs') : { what, measured: amount(added, 'µs') };
      }),
    ),
  };
}

async function perRequest(send: () => Promise<unknown>): Promise<number> {
  const requests = 500;
  // Patching the clients makes the engine drop its code for them.
  for (let i = 0; i < requests; i++) await send();
  const began = process.cpuUsage();
  for (let i = 0; i < requests; i++) await send();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / requests;
}

async function sendByFetch(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: question })).text();
}

function sendByHttp(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    request(url, { method: 'POST', agent, headers }, (response) => resolve(text(response)))
      .on('error', reject)
      .end(question);
  });
}

/** Reads every call as a run does, but records nothing. */
async function tapped(work: () => Promise<number>): Promise<number> {
  const stop = tapRequests({ onRequest: readCall });
  const figure = await work();
  stop();
  return figure;
}

function readCall(head: TappedRequest, exchange: ExchangeHandle): ExchangeObserver {
  let wire: WireRequest | undefined;
  return {
    onRequestBody(body) {
      wire = parseWireRequest({ ...head, body });
      if (!wire) exchange.detach();
    },
    onEnd({ status, headers, body, bodyComplete }) {
      if (!wire) return;
      const { usage } = parseWireResponse({ status: status!, headers, body, complete: bodyComplete }, wire);
      if (usage?.total !== 1680) throw new Error('the tap did not read a call');
    },
  };
}
