import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../src/collect/program/start-program.js';
import { openProgramCalls } from '../../src/session/models/program-calls.js';
import { recordProgram } from '../../src/session/record-program.js';
import { chatChunks, closedAddress, json, serve, stream, type Reply } from '../support/llm-server.js';
import { tableOf } from '../support/prices.js';

const SECRET = 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD';

/** Sends the prompts of its arguments: the first as a stream, the others in a child process whose calls only the gateway sees. */
const MAIN = `
  import { execFileSync } from 'node:child_process';
  import { fileURLToPath } from 'node:url';
  const [first, ...rest] = process.argv.slice(2);
  const send = (prompt) => fetch(process.env.OPENAI_BASE_URL + '/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
    body: JSON.stringify({ model: 'gpt-5-mini', stream: !prompt.startsWith('plain'), messages: [{ role: 'user', content: prompt }] }),
  });
  const response = await send(first);
  console.log(response.status, (await response.text()).replaceAll('\\n', '~'));
  if (rest.length > 0)
    console.log(execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...rest], { env: { ...process.env, NODE_OPTIONS: '' } }).toString().trim());
`;

type Files = Readonly<{ record?: string; replay?: string }>;

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-replay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const main = join(folder, 'main.mjs');
  writeFileSync(main, MAIN);
  return {
    file: join(folder, 'calls.jsonl'),
    async run(files: Files, prompts: readonly string[], given: Readonly<Record<string, string>>) {
      const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], ...given };
      const warnings: string[] = [];
      const onWarning = (message: string): void => void warnings.push(message);
      const calls = await openProgramCalls(files, { env, onWarning });
      const program = await startProgram({
        command: process.execPath,
        args: [main, ...prompts],
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
        gateway: true,
        content: false,
        replay: files.replay !== undefined,
      });
      let stdout = '';
      program.child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
      const prices = tableOf({ 'openai/gpt-5-mini': { input: 1, output: 10 } });
      const { state } = await recordProgram(program, { name: 'main', prices, env: {}, onWarning }, calls)
        .done;
      const { usd, tokens, calls: count } = state.totals;
      const replayed = [...state.spans.values()].flatMap(({ call }) => (call ? [call.replayed] : []));
      return { stdout, warnings, totals: { usd, tokens, calls: count }, replayed };
    },
  };
}

const usage = { prompt_tokens: 1_000_000, completion_tokens: 100_000, total_tokens: 1_100_000 };
const other = { prompt_tokens: 500_000, completion_tokens: 100_000, total_tokens: 600_000 };
const answers: Reply = (response, request) =>
  (request.body as { stream: boolean }).stream
    ? stream(chatChunks('Hello from the stream', { model: 'gpt-5-mini', usage }))(response, request)
    : json(200, { model: 'gpt-5-mini', choices: [{ message: { content: 'Plain' } }], usage: other })(
        response,
        request,
      );

test('an observed program replays its calls, tapped or through the gateway, byte for byte without network, key or cost', async () => {
  const { file, run } = setup();
  const { url } = await serve(answers);
  const prompts = ['first', 'plain second'];
  const recorded = await run({ record: file }, prompts, {
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: SECRET,
  });
  expect(recorded.totals).toMatchObject({ usd: 3.5, calls: 2 });
  expect(recorded.stdout).toContain('Hello');
  expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
  const replayed = await run({ replay: file }, prompts, { OPENAI_BASE_URL: `${await closedAddress()}/v1` });
  expect(replayed.stdout).toBe(recorded.stdout);
  expect(replayed).toMatchObject({
    warnings: [],
    totals: { ...recorded.totals, usd: 0 },
    replayed: [true, true],
  });
  // A request that was not recorded fails with the nearest one, whichever way it is seen.
  const missed = await run({ replay: file }, ['other', 'plain third'], {});
  expect(missed.stdout).toMatch(
    /^400 .*is not recorded in calls\.jsonl\. The nearest is call 1; messages\[0\]\.content differs/,
  );
  expect(missed.stdout).toMatch(/\n400 .*The nearest is call 2/);
  expect(missed.warnings.join('\n')).toContain('recorded:  "first"');
  expect(missed.warnings.join('\n')).toContain('requested: "plain third"');
});
