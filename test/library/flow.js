// A flow that is built in code and traced as workflows are: every node has a span, what it changed in the store is captured.
// `node test/library/flow.js` runs it, once pflow is built. It needs no model and no key.
import { BaseNode, Flow, trace } from 'pflow-profiler';

class Draw extends BaseNode {
  prep(shared) {
    return shared.numbers;
  }
  exec([number]) {
    return number;
  }
  post(shared, numbers, number) {
    shared.numbers = numbers.slice(1);
    shared.number = number;
    return number === undefined ? 'empty' : 'drawn';
  }
}

class Add extends BaseNode {
  prep(shared) {
    return [shared.sum ?? 0, shared.number];
  }
  exec([sum, number]) {
    return sum + number;
  }
  post(shared, _prepared, result) {
    shared.sum = result;
  }
}

const flow = new Flow('sum', {
  start: 'draw',
  nodes: new Map([
    ['draw', new Draw('draw')],
    ['add', new Add('add')],
  ]),
  edges: [
    { from: 'draw', to: 'add', action: 'drawn' },
    { from: 'add', to: 'draw', action: 'default' },
  ],
});

const { status, outputs, metrics } = await trace(flow, { shared: { numbers: [1, 2, 3] }, model: 'offline' });
console.log(status, outputs.sum, metrics.num_nodes);
