import { BaseNode } from '../../src/runtime/node/base-node.js';
import { Flow } from '../../src/runtime/flow/flow.js';
import type { Runnable, RunContext, Shared } from '../../src/runtime/contract/runnable.js';
import { runStage } from '../../src/runtime/flow/stage.js';
import { createStore } from '../../src/runtime/store/store.js';
import { NamespacedWrapper } from '../../src/runtime/wrappers/namespaced-wrapper.js';
import { TemplateAwareWrapper } from '../../src/runtime/wrappers/template-aware-wrapper.js';

/** A typical step of a workflow: it takes a parameter, reads one key, and writes a text and a small record. */
export class StepNode extends BaseNode<string, string> {
  override prep(shared: Shared, { params }: RunContext): string {
    return `${String(params['prompt'])} ${String(shared['k1'])}`;
  }

  override exec(prompt: string): string {
    return prompt.slice(0, 200);
  }

  override post(shared: Shared, prompt: string, response: string): void {
    shared['response'] = response;
    shared['details'] = {
      model: 'm-1',
      finish: 'stop',
      tags: ['a', 'b'],
      chars: prompt.length,
      score: 0.25,
      ok: true,
    };
  }
}

/** A store with `keys` keys in addition to those in `more`: prose, numbers, small records and lists of them. */
export function sampleStore(keys: number, more: Readonly<Record<string, unknown>> = {}): Shared {
  const values = Object.fromEntries(
    Array.from({ length: keys }, (_, index) => [`k${index}`, sampleValue(index)]),
  );
  return createStore({ ...values, ...more });
}

/** A chain of nodes, wrapped as in compile/, with `outermost` as the outermost wrapper. */
export function chain(nodes: number, outermost: (node: Runnable) => Runnable): Flow {
  const ids = Array.from({ length: nodes }, (_, index) => `node-${index}`);
  const runnables = new Map(ids.map((id) => [id, outermost(wrapped(new StepNode(id)))]));
  const edges = ids.slice(1).map((to, index) => ({ from: ids[index]!, to, action: 'default' }));
  return new Flow('bench', { start: ids[0]!, nodes: runnables, edges });
}

/** Runs a flow over a store, without any model. */
export function runFlow(flow: Flow, shared: Shared): Promise<void> {
  const generate = () => Promise.reject(new Error('The benchmark calls no model.'));
  const { signal } = new AbortController();
  return runStage({ name: 'workflow', runnable: flow, shared, signal, llm: { generate }, log: () => {} });
}

function wrapped(node: Runnable): Runnable {
  return new NamespacedWrapper(new TemplateAwareWrapper(node, { prompt: 'Say something about: ${k1}' }));
}

function sampleValue(index: number): unknown {
  const prose = `Paragraph ${index}: the quick brown fox jumps over the lazy dog and goes on to the next page. `;
  if (index % 4 === 0)
    return { id: index, title: `Record ${index}`, tags: ['red', 'green'], meta: { score: index / 7 } };
  if (index % 4 === 1) return prose.repeat(2);
  if (index % 4 === 2) return Array.from({ length: 5 }, (_, item) => ({ item, name: `item ${item}` }));
  return index;
}
