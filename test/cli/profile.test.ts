import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { json, serve } from '../support/llm-server.js';
import { workspace } from '../support/cli.js';

const ANSWER = {
  model: 'gpt-5-mini',
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
};

test('a program keeps its input, output and exit code under pflow profile, and the summary follows on stderr', async () => {
  const { url } = await serve(json(200, ANSWER));
  const { write, pflow, trace } = workspace();
  const app = write(
    'app.mjs',
    `import { text } from 'node:stream/consumers';
     const body = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: await text(process.stdin) }] });
     const response = await fetch('${url}/v1/chat/completions', { method: 'POST', body });
     console.log((await response.json()).choices[0].message.content, process.argv.slice(2).join(' '));
     console.error('own error');
     process.exitCode = 5;`,
  );
  const args = ['profile', '--tag', 'a=b', '--', process.execPath, app, '--max-cost', 'x'];
  const { code, stdout, stderr } = await pflow(args, { input: 'from stdin' });
  expect({ code, stdout }).toEqual({ code: 5, stdout: 'Hello --max-cost x\n' });
  expect(stderr).toMatch(/^own error\n✗ node .*app\.mjs --max-cost x {2}failed after [^]*10 tok, 1 call\n/);
  expect(trace()[0]).toMatchObject({ source: 'observed', tags: { a: 'b' } });
  expect(trace().find(({ type }) => type === 'llm.request')).toMatchObject({
    prompt: [{ role: 'user', content: 'from stdin' }],
  });
  const quiet = await pflow(['profile', '-p', '--no-trace', process.execPath, app], { input: '' });
  expect(quiet).toMatchObject({ code: 5, stdout: 'Hello \n', stderr: 'own error\n' });
});

test('a signal is relayed to the program, and pflow ends by the signal that ended the program', async () => {
  const { start, write, trace } = workspace();
  const app = write(
    'app.mjs',
    `process.on('SIGTERM', () => { console.error('got SIGTERM'); process.kill(process.pid, 'SIGKILL'); });
     setInterval(() => {}, 1000);
     console.error('ready');`,
  );
  const { child, said } = start(['profile', '--', process.execPath, app]);
  const exited = once(child, 'exit');
  await said('ready');
  child.kill('SIGTERM');
  await said('got SIGTERM');
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(trace().at(-1)).toMatchObject({ type: 'run.finished', status: 'failed' });
});

test('a command that does not exist is reported as a shell does', async () => {
  const { pflow } = workspace();
  expect(await pflow(['profile', '--', 'no-such-command'])).toMatchObject({
    code: 127,
    stdout: '',
    stderr: expect.stringContaining("'no-such-command' could not be started: there is no such command."),
  });
  const { code, stderr } = await pflow(['profile', '--']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('argument') });
});

test('a trace that cannot be written changes nothing for the program', async () => {
  const { pflow, write } = workspace();
  const file = write('file', 'not a folder');
  const args = ['profile', '--trace-dir', `${file}/x`, '--', process.execPath, '-e', 'process.exit(4)'];
  expect(await pflow(args, { env: { PFLOW_HOME: '/dev/null/x' } })).toMatchObject({ code: 4, stdout: '' });
  // The same without pflow.
  expect(spawnSync(process.execPath, ['-e', 'process.exit(4)']).status).toBe(4);
});

test('when pflow is killed, a call in flight through the gateway fails with a closed connection', async () => {
  const hanging = createServer((_request, response) => void response.writeHead(200).write('{')).listen(0);
  onTestFinished(() => {
    hanging.closeAllConnections();
    hanging.close();
  });
  await once(hanging, 'listening');
  const { start, write } = workspace();
  const app = write(
    'app.mjs',
    `const response = await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', body: '{}' });
     console.error('in flight');
     await response.text().then(() => console.error('answered'), (error) => console.error('failed: ' + error.message));
     process.exit(0);`,
  );
  const { port } = hanging.address() as AddressInfo;
  const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, NODE_OPTIONS: '' };
  const { child, said } = start(['profile', '--no-trace', '--', process.execPath, app], { env });
  await said('in flight');
  child.kill('SIGKILL');
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  await said('failed: terminated');
});
