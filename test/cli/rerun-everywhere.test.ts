/** Every workflow that is shipped or in the manual can be resumed from each of its nodes on a default trace. */

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EventOf } from '../../src/trace/event/event.js';
import { workspace, type Workspace } from '../support/cli.js';
import { chatChunks, serve, stream } from '../support/llm-server.js';
import { repositoryFile } from '../support/manual-pages.js';

const page = readFileSync(repositoryFile('src/help/workflows.md'), 'utf8');

/** The first fenced block in a language on the help page about workflows. */
function block(fence: string, language: string): string {
  const start = page.indexOf(`${fence}${language}\n`) + fence.length + language.length + 1;
  return page.slice(start, page.indexOf(`\n${fence}\n`, start));
}

/** Longer than the preview in an event. */
const document = Array.from({ length: 900 }, (_, i) => `Sentence ${i} of a document that goes on.`).join(' ');

/** Writes the input files of each workflow and returns its arguments. */
const workflows: Readonly<Record<string, (space: Workspace, url: string) => readonly string[]>> = {
  'count-words': () => ['count-words', 'file_path=notes/a.md'],
  'summarize-file': () => ['summarize-file', 'file_path=notes/a.md'],
  'summarize-folder': () => ['summarize-folder', 'directory=notes'],
  'summarize-url': (_, url) => ['summarize-url', `url=${url}/page`],
  'the digest of the manual': ({ write }) => {
    write('digest.pflow.md', block('````', 'markdown'));
    return ['digest.pflow.md', 'folder=notes'];
  },
  'the JSON of the manual': ({ write }) => {
    write('explain.json', block('```', 'json'));
    return ['explain.json', 'path=notes/a.md'];
  },
  'the request of the README': () => ['summarize notes/a.md', '--yes'],
};

test('the tested workflows include every shipped workflow', () => {
  const shipped = readdirSync(repositoryFile('src/workflow/shipped')).map((name) =>
    name.replace('.json', ''),
  );
  expect(Object.keys(workflows)).toEqual(expect.arrayContaining(shipped));
});

test.each(Object.entries(workflows))('%s can be resumed from each of its nodes', async (name, prepare) => {
  const space = workspace();
  const { url } = await serve(async (response, request) => {
    if (request.path !== '/page') return stream(chatChunks('In short.'))(response, request);
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<html><body><h1>Page</h1><p>${document}</p></body></html>`);
  });
  // Requests are planned and run by the offline rules.
  const env = name.startsWith('the request')
    ? {}
    : { PFLOW_MODEL: 'openai-compatible/gpt-test-1', OPENAI_BASE_URL: `${url}/v1` };
  mkdirSync(join(space.folder, 'notes'));
  for (const file of ['a.md', 'b.md', 'c.txt']) space.write(`notes/${file}`, `${file}: ${document}`);
  const first = await space.pflow(['-p', ...prepare(space, url)], { env });
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/\S/) as string });
  const trace = space.traces().find((path) => !path.endsWith('.values.jsonl'))!;
  const nodes = workflowNodes(trace);
  expect(nodes.length).toBeGreaterThan(1);
  const again = await Promise.all(
    nodes.map(async (node) => {
      const { code, stdout, stderr } = await space.pflow(['-p', 'rerun', trace, '--from', node, '--yes'], {
        env,
      });
      return { node, code, stdout, stderr };
    }),
  );
  for (const run of again) expect(run).toMatchObject({ code: 0, stdout: first.stdout });
});

test('results of finished nodes come from the trace even if their source files are gone', async () => {
  const space = workspace();
  space.write('a.md', document);
  const first = await space.pflow(['-p', 'summarize-file', 'file_path=a.md']);
  rmSync(join(space.folder, 'a.md'));
  const again = await space.pflow(['-p', 'rerun', 'latest', '--from', 'summarize']);
  expect([first.code, again]).toEqual([0, { ...first, stderr: again.stderr }]);
});

/** The nodes of the workflow that finished, in order. */
function workflowNodes(trace: string): string[] {
  const started = readFileSync(trace, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as EventOf<'span.started'>)
    .filter(({ type }) => type === 'span.started');
  const stage = started.findLast(({ kind, name }) => kind === 'stage' && name === 'workflow')!.span;
  return started.filter(({ kind, parent }) => kind === 'node' && parent === stage).map(({ name }) => name);
}
