import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';

const flow = {
  nodes: [
    { id: 'words', type: 'echo', params: { data: ['one', 'two', 'three'] } },
    {
      id: 'each',
      type: 'llm',
      params: { prompt: 'Say ${word}.' },
      batch: { items: '${words.data}', as: 'word', parallel: true },
    },
  ],
  edges: [{ from: 'words', to: 'each' }],
};

/** A workspace with a run of three concurrent calls to a priced model. */
async function ran(): Promise<Workspace> {
  const place = workspace();
  const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
  const { url } = await serve(stream(chatChunks('Said.', { usage })));
  place.write('wf.json', flow);
  const env = { PFLOW_MODEL: 'openai/gpt-4.1', OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${url}/v1` };
  const ended = await place.pflow(['-p', 'wf.json'], { env });
  expect(ended.code).toBe(0);
  return place;
}

test('a run is exported in every format, and the JSON is a single line', async () => {
  const { pflow } = await ran();
  const exported = async (format: string, ...more: string[]) => {
    const { code, stdout, stderr } = await pflow(['trace', 'export', 'latest', '--format', format, ...more]);
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };
  expect(await exported('markdown')).toMatch(/^# wf\n/);
  for (const [format, field] of [
    ['speedscope', 'profiles'],
    ['chrome', 'traceEvents'],
    ['otlp', 'resourceSpans'],
  ] as const) {
    const text = await exported(format);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(JSON.parse(text)).toHaveProperty(field);
  }
  expect(await exported('folded')).toMatch(/^workflow;each;item;.* \d+$/m);
  // Three calls of 1,000 tokens at $2 and 100 at $8 a million.
  expect(await exported('folded', '--weight', 'cost')).toMatch(
    /^workflow;each;item;\S.*;input 6000\nworkflow;each;item;\S.*;output 2400\n$/,
  );
  expect(await pflow(['trace', 'export', '--format', 'pdf'])).toMatchObject({ code: 2, stdout: '' });
});

test('two runs are compared node by node', async () => {
  const { pflow, write, traces } = workspace();
  const workflow = (ids: string[]) => ({
    nodes: ids.map((id) => ({ id, type: 'shell', params: { command: id === 'breaks' ? 'exit 3' : 'true' } })),
    edges: ids.slice(1).map((to, i) => ({ from: ids[i]!, to })),
  });
  write('a.json', workflow(['first', 'gone', 'last']));
  write('b.json', workflow(['first', 'new', 'last', 'breaks']));
  await pflow(['-p', 'a.json']);
  await pflow(['-p', 'b.json']);
  const [a, b] = traces().toSorted();
  const { code, stdout } = await pflow(['trace', 'diff', a!, b!]);
  expect(code).toBe(0);
  const rows = stdout.replaceAll(/[+−]?[\d.]+m?s|–/g, '').replaceAll(/ +/g, ' ');
  expect(rows).toMatchInlineSnapshot(`
    " node time tokens cost status
     first ok
    + new ok
    - gone ok
     last ok
    + breaks failed (error)
    = run ok → failed
    "
  `);
  const json = JSON.parse(
    (await pflow(['trace', 'diff', a!, b!, '--output-format', 'json'])).stdout,
  ) as object;
  expect(json).toMatchObject({
    traces: [a, b],
    before: { status: 'ok' },
    after: { status: 'failed' },
    nodes: [
      { path: ['first'] },
      { path: ['new'] },
      { path: ['gone'] },
      { path: ['last'] },
      { path: ['breaks'] },
    ],
  });
  expect(await pflow(['trace', 'diff', a!])).toMatchObject({ code: 2, stdout: '' });
});
