/** Loops, retries and error actions of nodes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../../src/index.js';
import { loadWorkflow } from '../../src/workflow/library/load-workflow.js';

type Events = { type: string; [key: string]: unknown }[];

async function outcome(workflow: object, inputs: Record<string, unknown> = {}) {
  const events: Events = [];
  const result = await run(workflow, {
    model: 'offline',
    inputs,
    onEvent: (event) => void events.push(event),
  });
  return { ...result, events };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pflow-repeat-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const sh = (id: string, command: string, more: object = {}) => ({
  id,
  type: 'shell',
  params: { command },
  ...more,
});
const counting = (path: string, success: number) =>
  `echo x >> ${path}; [ $(wc -l < ${path}) -ge ${success} ] && echo done`;

test('a retry repeats the node as a whole, with a span for each attempt', async () => {
  const file = join(folder(), 'n');
  const { status, outputs, events } = await outcome({
    nodes: [sh('a', counting(file, 3), { retry: { max: 5, wait: 0.001, backoff: 2 } })],
    outputs: { out: { source: '${a.stdout}' } },
  });
  expect({ status, outputs }).toEqual({ status: 'ok', outputs: { out: 'done' } });
  const attempts = events.filter(({ type, name }) => type === 'span.started' && name === 'a');
  expect(attempts.map(({ attempt }) => attempt)).toEqual([undefined, 2, 3]);
  const planned = events.find(({ type }) => type === 'workflow.planned')!;
  expect(planned['nodes']).toMatchObject([{ id: 'a', retry: { max: 5, wait: 0.001, backoff: 2 } }]);
});

test('a node fails after its last attempt', async () => {
  const file = join(folder(), 'n');
  const { status } = await outcome({ nodes: [sh('a', counting(file, 9), { retry: { max: 2 } })] });
  expect(status).toBe('failed');
  expect(readFileSync(file, 'utf8')).toBe('x\nx\n');
});

test('a batch node is retried item by item', async () => {
  const path = folder();
  const { status, outputs } = await outcome({
    nodes: [
      sh('a', `f=${path}/\${item}; echo x >> $f; [ $(wc -l < $f) -ge 2 ] && echo \${item}`, {
        batch: { items: ['p', 'q'] },
        retry: { max: 2 },
      }),
    ],
    outputs: { out: { source: '${a.success_count}' } },
  });
  expect({ status, outputs }).toEqual({ status: 'ok', outputs: { out: 2 } });
});

const halve = {
  inputs: { left: { type: 'array' } },
  nodes: [
    {
      id: 'half',
      type: 'code',
      params: {
        inputs: { left: '${left}' },
        code: 'const half = left.slice(0, Math.ceil(left.length / 2)); return { left: half, more: half.length > 1 }',
      },
    },
  ],
  outputs: {
    left: { type: 'array', source: '${half.result.left}' },
    more: { type: 'boolean', source: '${half.result.more}' },
  },
};

test.each([
  ['a map of templates', { while: '${round.more}', carry: { left: '${round.left}' } }, {}],
  ['names of its outputs', { while: 'more', carry: ['left'] }, {}],
  ['until, compared', { until: '${round.more} == False', carry: { left: 'left' } }, {}],
  ['inputs as parameters of the node', { until: 'not more', carry: ['left'] }, { beside: true }],
])(
  'a loop passes the outputs of an iteration to the next one: %s',
  async (_name, loop, { beside = false }: { beside?: boolean }) => {
    const given = { left: '${players}' };
    const { status, outputs, events } = await outcome(
      {
        inputs: { players: { type: 'array' } },
        nodes: [
          {
            id: 'round',
            type: 'workflow',
            params: { workflow_ir: halve, ...(beside ? given : { inputs: given }) },
            loop,
          },
        ],
        outputs: { winner: { source: '${round.left}' } },
      },
      { players: [1, 2, 3, 4, 5, 6, 7, 8] },
    );
    expect({ status, outputs }).toEqual({ status: 'ok', outputs: { winner: [1] } });
    const rounds = events.filter(
      ({ type, name, kind }) => type === 'span.started' && name === 'round' && kind === 'node',
    );
    expect(rounds.map(({ visit }) => visit)).toEqual([undefined, 2, 3]);
  },
);

test('a loop stops after its maximum number of iterations', async () => {
  const file = join(folder(), 'n');
  const { status } = await outcome({ nodes: [sh('a', `echo x >> ${file}`, { loop: { max: 4 } })] });
  expect(status).toBe('ok');
  expect(readFileSync(file, 'utf8')).toBe('x\n'.repeat(4));
});

test('a loop without a condition and an unknown key are errors', async () => {
  const bad = { nodes: [sh('a', 'true', { loop: { carry: [] }, retry: { max: 2, tries: 3 } })] };
  const failure = outcome(bad);
  await expect(failure).rejects.toThrow("a retry has no 'tries'");
  await expect(failure).rejects.toThrow('nodes[0].loop: needs while, until or max, or it would not end.');
  const constant = { nodes: [sh('a', 'true', { loop: { while: 'a b' } })] };
  await expect(outcome(constant)).rejects.toThrow('must refer to a value that changes');
});

test.each([
  ['of the node', { error_action: 'rescue' }, {}],
  ['as a parameter', {}, { error_action: 'rescue' }],
])('a failed workflow follows the edge of its error_action: %s', async (_name, own, params) => {
  const inner = { nodes: [sh('c', 'exit 1')] };
  const { status, outputs } = await outcome({
    nodes: [
      { id: 'w', type: 'workflow', params: { workflow_ir: inner, ...params }, ...own },
      { id: 'no', type: 'echo', params: { message: 'not here' } },
      { id: 'e', type: 'echo', params: { message: 'rescued' } },
    ],
    edges: [
      { from: 'w', to: 'no' },
      { from: 'w', to: 'e', action: 'rescue' },
    ],
    outputs: { out: { source: '${e.echo}' } },
  });
  expect({ status, outputs }).toEqual({ status: 'ok', outputs: { out: 'rescued' } });
});

test('loop and retry can be written in Markdown', async () => {
  const path = folder();
  const file = join(path, 'wf.pflow.md');
  writeFileSync(
    file,
    `# Loop

## Steps

### a

- type: shell
- command: ${counting(join(path, 'n'), 2)}
- retry:
    max: 2
- loop:
    until: \${a.stdout} == done
    max: 5
- error_action: error
`,
  );
  const { status } = await run(loadWorkflow(file).source, { model: 'offline' });
  expect(status).toBe('ok');
  expect(readFileSync(join(path, 'n'), 'utf8')).toBe('x\n'.repeat(2));
});
