// A program that uses pflow as a library: a node of its own, a workflow, and an ear for what happens while it runs.
// `node test/library/example.js` runs it, once pflow is built. It needs no model and no key.
import { defineNode, run } from 'pflow-profiler';
import { z } from 'zod';

const count = defineNode({
  type: 'count',
  description: 'Counts the words of a text.',
  params: z.object({ text: z.string().describe('What to count') }),
  outputs: z.object({ words: z.number().describe('How many there are') }),
  exec: ({ params, log }) => {
    log(`counting ${params.text.length} characters`);
    return { words: params.text.split(/\s+/).filter(Boolean).length };
  },
});

const workflow = {
  inputs: { texts: { type: 'list' } },
  outputs: { counts: { source: '${count.results}' }, told: { source: '${tell.echo}' } },
  nodes: [
    { id: 'count', type: 'count', params: { text: '${item}' }, batch: { items: '${texts}', parallel: true } },
    { id: 'tell', type: 'echo', params: { message: '${count.count} texts' } },
  ],
  edges: [{ from: 'count', to: 'tell' }],
};

const names = new Map();
const { status, outputs, metrics } = await run(workflow, {
  inputs: { texts: ['one two', 'three'] },
  nodes: [count],
  model: 'offline',
  limits: { maxCostUsd: 0.1, timeoutMs: 60_000 },
  onEvent(event) {
    if (event.type === 'span.started') names.set(event.span, `${event.kind} ${event.name}`);
    if (event.type === 'log.written') console.log(`  ${event.text}`);
    if (event.type === 'span.finished' && /^(node|item)/.test(names.get(event.span)))
      console.log(`${names.get(event.span)}: ${event.status}`);
  },
});

console.log(
  status,
  outputs.counts.map(({ words }) => words),
  outputs.told,
);
console.log(`${metrics.num_nodes} nodes, ${metrics.metrics.total.tokens_total} tokens`);
