import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  findWorkflow,
  listWorkflows,
  removeWorkflow,
  saveWorkflow,
} from '../../../src/workflow/library/library.js';
import { loadWorkflow } from '../../../src/workflow/library/load-workflow.js';
import { listVersions, readVersion, restoreVersion } from '../../../src/workflow/library/versions.js';

let options: { folder: string };

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-versions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  options = { folder };
});

const save = (message: string) =>
  saveWorkflow(
    {
      name: 'say',
      description: '',
      keywords: [],
      workflow: { nodes: [{ id: 'say', type: 'echo', params: { message } }] },
    },
    { ...options, replace: true },
  );

const messageIn = (workflow: unknown): unknown =>
  (workflow as { nodes: [{ params: { message: unknown } }] } | undefined)?.nodes[0].params.message;
const messageOf = (version: number) => messageIn(readVersion('say', version, options).workflow);
const now = () => messageIn(findWorkflow('say', options)?.workflow);
const numbers = () =>
  listVersions('say', options).map(({ version, current }) => (current ? -version : version));

test('a replaced workflow becomes an earlier version and keeps its time of saving', () => {
  const path = save('one');
  const then = new Date('2026-01-02T03:04:05Z');
  utimesSync(path, then, then);
  save('two');
  save('three');
  expect(numbers()).toEqual([1, 2, -3]);
  expect([messageOf(1), messageOf(2), messageOf(3), now()]).toEqual(['one', 'two', 'three', 'three']);
  expect(listVersions('say', options)[0]!.savedAt).toEqual(then);
  expect(listWorkflows(options).workflows.filter(({ shipped }) => !shipped)).toHaveLength(1);
});

test('saving an unchanged workflow creates no version', () => {
  save('one');
  save('one');
  expect(numbers()).toEqual([-1]);
});

test('restoring an earlier version creates a new version and keeps all others', () => {
  save('one');
  save('two');
  save('three');
  expect(restoreVersion('say', 1, options)).toEqual({ from: 1, to: 4 });
  expect([numbers(), now()]).toEqual([[1, 2, 3, -4], 'one']);
  expect(restoreVersion('say', undefined, options)).toEqual({ from: 3, to: 5 });
  expect([numbers(), now(), messageOf(4)]).toEqual([[1, 2, 3, 4, -5], 'three', 'one']);
});

test('a deleted workflow has no current version and can be restored', () => {
  save('one');
  save('two');
  removeWorkflow('say', options);
  expect([numbers(), now()]).toEqual([[1, 2], undefined]);
  expect(restoreVersion('say', undefined, options)).toEqual({ from: 2, to: 3 });
  expect([numbers(), now()]).toEqual([[1, 2, -3], 'two']);
});

test('an unknown version is rejected with the existing ones', () => {
  save('one');
  expect(() => readVersion('say', 7, options)).toThrow("There is no version 7 of the workflow 'say'.");
  expect(() => restoreVersion('say', undefined, options)).toThrow(
    "There is no earlier version of the workflow 'say'.",
  );
  expect(() => restoreVersion('say', 1, options)).toThrow(
    "Version 1 of the workflow 'say' is what runs now.",
  );
  expect(listVersions('../say', options)).toEqual([]);
});

test('a workflow saved as Markdown runs by name and has versions like any other', () => {
  const path = join(options.folder, 'say.pflow.md');
  const text = '# Says it\n\n## Steps\n\n### say\n\n- type: echo\n- message: written\n';
  writeFileSync(path, text);
  expect(findWorkflow('say', options)).toMatchObject({ name: 'say', description: 'Says it', path });
  const { source, origin, lineOf } = loadWorkflow('say', options);
  expect([messageIn(source), origin, lineOf!('nodes[0].params.message')]).toEqual(['written', 'saved', 8]);
  save('two');
  expect([numbers(), messageOf(1), now()]).toEqual([[1, -2], 'written', 'two']);
  restoreVersion('say', 1, options);
  expect([numbers(), now(), readFileSync(path, 'utf8')]).toEqual([[1, 2, -3], 'written', text]);
});
