import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { defineNode, run, type TraceEvent } from '../../src/index.js';

const login = defineNode({
  type: 'login',
  description: 'Signs in.',
  params: z.object({ password: z.string() }),
  outputs: z.object({ said: z.string() }),
  exec: ({ params }) => ({ said: `signed in with ${params.password}` }),
});

test('the run.finished event contains the number of masked secrets', async () => {
  process.env['PFLOW_TEST_TOKEN'] = 'env-value-4711';
  onTestFinished(() => void delete process.env['PFLOW_TEST_TOKEN']);
  expect(await finished('hunter22')).toMatchObject({ status: 'ok', masked: 1 });
  expect(await finished('env-value-4711')).toMatchObject({ status: 'ok', masked: 1 });
  expect(await finished('ghp_0123456789abcdefghijABCDEFGHIJ456789')).toMatchObject({ masked: 1 });
  expect(await finished('')).not.toHaveProperty('masked');
});

test('a secret in an error message is counted as masked', async () => {
  const failing = defineNode({
    ...login,
    exec: () => {
      throw new Error('Refused ghp_0123456789abcdefghijABCDEFGHIJ456789');
    },
  });
  expect(await finished('hunter22', failing)).toMatchObject({ status: 'failed', masked: 2 });
});

async function finished(password: string, type = login): Promise<TraceEvent | undefined> {
  const events: TraceEvent[] = [];
  await run(
    { nodes: [{ id: 'login', type: 'login', params: { password } }] },
    { nodes: [type], model: 'offline', onEvent: (event) => events.push(event) },
  );
  return events.at(-1);
}
