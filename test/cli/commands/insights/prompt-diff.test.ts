import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diffPrompt } from '../../../../src/cli/spending/prompt-diff.js';
import { ledgerFolder } from '../../../../src/ledger/files/ledger-files.js';
import { readCalls } from '../../../../src/ledger/files/read-calls.js';
import { run } from '../../../../src/session/run.js';
import { chatChunks, serve, stream } from '../../../support/llm-server.js';

test('a version of a prompt is shown as its difference from the one before, until no trace has its text', async () => {
  const home = mkdtempSync(join(tmpdir(), 'pflow-prompts-'));
  const { url } = await serve(stream(chatChunks('Yes.')));
  const before = { ...process.env };
  Object.assign(process.env, { PFLOW_HOME: home, OPENAI_BASE_URL: `${url}/v1`, PFLOW_LEDGER: '' });
  onTestFinished(() => {
    process.env = before;
    rmSync(home, { recursive: true });
  });
  const traceDir = join(home, 'debug');
  const send = (id: string, task: string) => {
    const prompt = `You are an expert.\n${task}\nQuestion: \${question}`;
    const nodes = [{ id, type: 'llm', params: { prompt } }];
    return run(
      { name: 'quiz', inputs: { question: { type: 'string' } }, nodes },
      { inputs: { question: 'Why?' }, model: 'openai-compatible/m', traceDir, ledger: true },
    );
  };
  for (const task of ['Answer in one word.', 'Answer in two words.']) await send('ask', task);
  const hashes = readCalls(ledgerFolder()).map(({ prompt }) => prompt!);
  const [first, second] = hashes as [string, string];
  const lines = (await diffPrompt(ledgerFolder(), second.slice(0, 6))).split('\n');
  expect(lines[0]).toMatch(/^(?:quiz|workflow)? ?ask: version 2 of 2, [0-9a-f]{12}, since 20/);
  expect(lines.slice(3)).toEqual([
    '@@ -1,3 +1,3 @@',
    ' You are an expert.',
    '-Answer in one word.',
    '+Answer in two words.',
    ' Question: ${question}',
    '\\ No newline at end of file',
  ]);
  expect(await diffPrompt(ledgerFolder(), first)).toContain('Answer in one word.');
  await expect(diffPrompt(ledgerFolder(), 'zz')).rejects.toThrow(
    "No prompt in the ledger has a hash that begins with 'zz'.",
  );
  await send('check', 'Answer in two words.');
  const [head, others] = (await diffPrompt(ledgerFolder(), second)).split('\n');
  expect(head).toMatch(/check: version 1 of 1/);
  expect(others).toMatch(/^also sent by .*ask$/);
  rmSync(traceDir, { recursive: true });
  await expect(diffPrompt(ledgerFolder(), second)).rejects.toThrow('is in no trace any more');
});
