import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { run } from '../../src/session/run.js';
import { parseTag, parseTags } from '../../src/session/origin/tags.js';
import type { EventOf } from '../../src/trace/event/event.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-started-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const workflow = {
  name: 'greet',
  tags: { team: 'search', env: 'dev' },
  nodes: [{ id: 'say', type: 'echo', params: { message: 'hi' } }],
};

async function startOf(source: object, tags?: Record<string, string>): Promise<EventOf<'run.started'>> {
  const { tracePath } = await run(source, { model: 'offline', traceDir: folder, ...(tags ? { tags } : {}) });
  return JSON.parse(readFileSync(tracePath!, 'utf8').split('\n')[0]!) as EventOf<'run.started'>;
}

test('the run.started event has the project, the workflow with its hash, and pflow as its source', async () => {
  const first = await startOf(workflow);
  expect(first).toMatchObject({ version: 2, source: 'run', workflow: { name: 'greet' } });
  expect(process.cwd().startsWith(first.project!)).toBe(true);
  expect(first.workflow!.hash).toMatch(/^[0-9a-f]{64}$/);
  const changed = { ...workflow, nodes: [{ id: 'say', type: 'echo', params: { message: 'ho' } }] };
  expect((await startOf(workflow)).workflow).toEqual(first.workflow);
  expect((await startOf(changed)).workflow!.hash).not.toBe(first.workflow!.hash);
});

test('tags come from the workflow, PFLOW_TAGS and the caller, in increasing precedence', async () => {
  expect((await startOf(workflow)).tags).toEqual({ team: 'search', env: 'dev' });
  vi.stubEnv('PFLOW_TAGS', 'env=ci, build = 17');
  expect((await startOf(workflow)).tags).toEqual({ team: 'search', env: 'ci', build: '17' });
  expect((await startOf(workflow, { env: 'prod' })).tags).toEqual({
    team: 'search',
    env: 'prod',
    build: '17',
  });
  const { tags: _tags, ...untagged } = workflow;
  vi.stubEnv('PFLOW_TAGS', '');
  expect(await startOf(untagged)).not.toHaveProperty('tags');
});

test('a secret in a tag is masked', async () => {
  const { tags } = await startOf(workflow, { note: 'ghp_0123456789abcdefghijABCDEFGHIJ456789' });
  expect(tags!['note']).not.toContain('ghp_0123456789');
});

test('a tag has a name and a value, which may be empty or contain an equals sign', () => {
  expect(parseTag('a=b=c')).toEqual(['a', 'b=c']);
  expect(parseTag('cost-centre= 47 ')).toEqual(['cost-centre', '47']);
  expect(parseTag('empty=')).toEqual(['empty', '']);
  for (const invalid of ['', 'a', '=b', 'two words=x']) expect(parseTag(invalid)).toBeUndefined();
  expect(parseTags('a=1,,b,c=2')).toEqual({ tags: { a: '1', c: '2' }, invalid: ['b'] });
});

test('the run.finished event names the result output with its media type', async () => {
  const lastOf = async (outputs: object) => {
    const { tracePath } = await run({ ...workflow, outputs }, { model: 'offline', traceDir: folder });
    return JSON.parse(readFileSync(tracePath!, 'utf8').trim().split('\n').at(-1)!) as EventOf<'run.finished'>;
  };
  expect(await lastOf({ said: { source: '${say.echo}' } })).toMatchObject({
    result: { output: 'said', mediaType: 'text/plain' },
  });
  const two = { a: { source: '${say.echo}' }, b: { source: '${say}', stdout: true } };
  expect(await lastOf(two)).toMatchObject({ result: { output: 'b', mediaType: 'application/json' } });
  expect(await lastOf({ a: two.a, c: two.a })).not.toHaveProperty('result');
});
