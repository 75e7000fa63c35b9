import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listFiles } from '../../src/nodes/files/list-files.js';
import { http } from '../../src/nodes/http/http-node.js';
import { jsonQuery } from '../../src/nodes/text/json-query.js';
import { failureOf, runNode } from '../support/run-node.js';
import { workspace } from '../support/cli.js';

/** A server for one web page. */
async function servePage(html: string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Matching this takes exponential time. */
const endless = { data: { text: `${'a'.repeat(60)}!` }, query: '$match(text, /^(a+)+$/)' };

test('a catastrophic regular expression is aborted at the timeout, and the next query runs', async () => {
  expect(await failureOf(jsonQuery, { ...endless, timeout: 0.3 })).toMatch(/^The query timed out after /);
  expect((await runNode(jsonQuery, { data: { a: 1 }, query: 'a' })).outputs['result']).toBe(1);
});

test('cancelling the run aborts a catastrophic regular expression', async () => {
  const stop = new AbortController();
  const failure = failureOf(jsonQuery, endless, { signal: stop.signal });
  stop.abort(new Error('cancelled'));
  expect(await failure).toBe('The run was cancelled.');
});

test('concurrent queries run in a worker each', async () => {
  const sums = Array.from({ length: 8 }, (_, i) => runNode(jsonQuery, { data: [i, 1], query: '$sum($)' }));
  expect((await Promise.all(sums)).map(({ outputs }) => outputs['result'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a query result is converted to JSON, and a cyclic input is rejected', async () => {
  const cyclic: Record<string, unknown> = { f: () => 1 };
  expect((await runNode(jsonQuery, { data: cyclic, query: '$keys($)' })).outputs['result']).toBeNull();
  cyclic['self'] = cyclic;
  expect(await failureOf(jsonQuery, { data: cyclic, query: '$' })).toContain('cannot be given its input');
});

test('a deeply nested page is converted to text, or aborted at the timeout', async () => {
  const nested = await servePage(`<html><body>${'<div>'.repeat(3000)}deep${'</div>'.repeat(3000)}`);
  expect((await runNode(http, { url: nested })).outputs['text']).toBe('deep');
  const huge = await servePage('<div>'.repeat(4_000_000));
  const { ms, failure } = await timed(() => failureOf(http, { url: huge, timeout: 1.5 }));
  expect(failure).toMatch(/^The conversion of the page to text timed out after/);
  expect(ms).toBeLessThan(10_000);
});

test('only the beginning of a page above the size limit is converted, with a warning', async () => {
  const page = await servePage(`<p>first</p><!--${'x'.repeat(5_100_000)}--><p>last</p>`);
  const { outputs, logs } = await runNode(http, { url: page });
  expect(outputs['text']).toContain('first');
  expect(logs).toEqual([
    'warning: The page has 5,100,030 characters; `text` was made from the first 5,000,000.',
  ]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s cancels the run during a blocking query', async (signal) => {
  const { write, start, trace } = workspace();
  write('wf.json', {
    nodes: [
      { id: 'say', type: 'echo', params: { message: 'hello' } },
      { id: 'ask', type: 'json-query', params: { ...endless, timeout: 600 } },
    ],
    edges: [{ from: 'say', to: 'ask' }],
  });
  const { child, ended, said } = start(['wf.json']);
  await said('✓ say');
  child.kill(signal);
  expect((await ended).code).toBe(130);
  expect(trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'cancelled' });
});

async function timed(work: () => Promise<string>): Promise<{ ms: number; failure: string }> {
  const started = performance.now();
  const failure = await work();
  return { ms: performance.now() - started, failure };
}

test('a glob that backtracks without end is an error that names it', async () => {
  const { folder } = workspace();
  writeFileSync(join(folder, 'a'.repeat(200)), '');
  expect(await failureOf(listFiles, { directory: folder, pattern: '*a*a*a*a*a*a*a*a*a*b' })).toMatch(
    /^Matching '\*a.*b' took longer than 500ms\.$/,
  );
});
