import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileWorkflow } from '../../src/compile/compile.js';
import type { LlmCaller } from '../../src/llm/client/client.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { silentObserver } from '../../src/runtime/contract/observer.js';
import { createStore } from '../../src/runtime/store/store.js';
import { resolveInputs } from '../../src/workflow/check/inputs.js';
import { loadWorkflow } from '../../src/workflow/library/load-workflow.js';
import { compileTemplate, followPath } from '../../src/workflow/format/template.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pflow-shipped-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A model that responds with the first and the last line of its prompt. */
const bookends: LlmCaller = {
  generate: ({ prompt }) => {
    const lines = prompt.split('\n');
    return Promise.resolve({
      text: `${lines[0]} … ${lines.at(-1)}`,
      model: 'bookends',
      usage: null,
      usageOrigin: 'none',
    });
  },
};

/** Runs a shipped workflow and returns its only output. */
async function outputOf(name: string, given: Record<string, unknown>): Promise<unknown> {
  const types = createRegistry();
  const { workflow } = validateWorkflow(loadWorkflow(name, { folder: join(root, 'none') }).source, types);
  const shared = createStore(resolveInputs(workflow!, given));
  const signal = new AbortController().signal;
  await compileWorkflow(workflow!, types).run(shared, {
    signal,
    params: {},
    llm: bookends,
    log() {},
    visit: 1,
    control: undefined,
    observer: silentObserver,
  });
  return compileTemplate(Object.values(workflow!.outputs)[0]!.source).render((path) =>
    followPath(shared, path),
  );
}

test('summarize-file summarizes the text of the file', async () => {
  writeFileSync(join(root, 'a.txt'), 'First.\nLast.');
  expect(await outputOf('summarize-file', { file_path: join(root, 'a.txt') })).toBe(
    'Summarize the following text in 5 sentences: … Last.',
  );
});

test('summarize-url summarizes the readable text of a page', async () => {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello <b>there</b></p>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await outputOf('summarize-url', { url })).toBe(
    'Summarize the following text in 5 sentences: … Hello there',
  );
  server.closeAllConnections();
  server.close();
});

test('count-words counts words in any script and ignores punctuation', async () => {
  writeFileSync(join(root, 'a.txt'), 'Zwei Wörter – und 3 mehr.\n');
  expect(await outputOf('count-words', { file_path: join(root, 'a.txt') })).toBe(5);
});

test('summarize-folder returns a heading and a summary for each text file', async () => {
  writeFileSync(join(root, 'b.txt'), 'Bee.');
  writeFileSync(join(root, 'a.md'), 'Ay.');
  writeFileSync(join(root, 'c.bin'), 'No.');
  const ask = 'Summarize the following text in 3 sentences: …';
  expect(await outputOf('summarize-folder', { directory: root })).toBe(
    `## ${root}/a.md\n\n${ask} Ay.\n\n## ${root}/b.txt\n\n${ask} Bee.`,
  );
});
