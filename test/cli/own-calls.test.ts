import { expect, test } from 'vitest';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { eventsOf, workspace } from '../support/cli.js';
import { serve, json, type Reply } from '../support/llm-server.js';
import { testPrices } from '../support/prices.js';

const answer: Reply = (response, request) =>
  json(200, {
    id: 'chat-1',
    object: 'chat.completion',
    model: request.body['model'],
    choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
  })(response, request);

const nodeFile = (url: string) => `
import { defineNode } from 'pflow';
import { z } from 'zod';
const ask = (prompt) => fetch('${url}/v1/chat/completions', {
  method: 'POST',
  body: JSON.stringify({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: prompt }] }),
}).then((response) => response.json());
await ask('while it loads');
const jobs = [];
const work = async () => {
  for (let job; (job = jobs.shift());) job.done(await ask(job.prompt));
  timer.refresh();
};
const timer = setTimeout(work, 5);
timer.unref();
export const own = defineNode({
  type: 'own', description: 'Asks.', params: z.object({}), outputs: z.object({ text: z.string() }),
  exec: async () => {
    await ask('in the node');
    const reply = await new Promise((done) => { jobs.push({ prompt: 'from a queue', done }); timer.ref(); });
    return { text: reply.choices[0].message.content };
  },
});`;

test("model calls made while a node file loads and outside of its nodes are recorded in the stage's span", async () => {
  const { url } = await serve(answer);
  const { pflow, write, trace } = workspace();
  write('own.mjs', nodeFile(url));
  write('wf.json', { nodes: [{ id: 'own', type: 'own' }], outputs: { text: { source: '${own.text}' } } });
  const { code, stdout } = await pflow(['wf.json', '--nodes', '.', '--output-format', 'json']);
  expect([code, (JSON.parse(stdout) as { result: unknown }).result]).toEqual([0, 'yes']);
  const events = trace();
  const state = reduceEvents(events, { prices: testPrices });
  const stage = eventsOf(events, 'span.started').find(({ kind }) => kind === 'stage')!.span;
  const calls = [...state.spans.values()].filter(({ call }) => call !== undefined);
  expect(
    calls.map(({ call, parent }) => [
      (call!.request!.prompt as { content: string }[])[0]!.content,
      parent === stage,
    ]),
  ).toEqual([
    ['while it loads', true],
    ['in the node', false],
    ['from a queue', true],
  ]);
  expect(state.totals).toMatchObject({ calls: 3, input: 30, output: 3 });
});

test('Ctrl-C cancels a run whose node waits for a model that never responds', async () => {
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  const { url } = await serve(() => asked());
  const { start, write, trace } = workspace();
  write('own.mjs', nodeFile(url).replace("await ask('while it loads');", ''));
  write('wf.json', { nodes: [{ id: 'own', type: 'own' }] });
  const { child, ended } = start(['wf.json', '--nodes', '.']);
  await wasAsked;
  child.kill('SIGINT');
  const { code } = await ended;
  expect(code).toBe(130);
  const events = trace();
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
  const call = eventsOf(events, 'span.started').find(({ kind }) => kind === 'llm')!;
  const end = eventsOf(events, 'span.finished').find(({ span }) => span === call.span);
  expect(end).toMatchObject({ status: 'cancelled' });
});
