/** Commands that have nothing to give, or cannot know, report that instead of passing or failing silently. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { examineSettings } from '../../src/cli/commands/doctor/examine-project.js';
import { parseTarget } from '../../src/cli/target/parse-target.js';
import { readCallFile } from '../../src/collect/replay/call-file.js';
import { workspace } from '../support/cli.js';

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'traces', `${name}.jsonl`);

/** A folder of its own as the working directory and the home of pflow. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pflow-answers-'));
  const before = process.cwd();
  process.chdir(path);
  vi.stubEnv('PFLOW_HOME', join(path, 'home'));
  onTestFinished(() => {
    process.chdir(before);
    vi.unstubAllEnvs();
    rmSync(path, { recursive: true });
  });
  return path;
}

test('a limit on a cost that is not known fails, names what is unknown, and a model without a price fails whatif', async () => {
  const { folder: cwd, pflow } = workspace();
  cpSync(fixture('done-with-planner'), join(cwd, 'run.jsonl'));
  const file = join(cwd, 'unpriced.jsonl');
  const text = readFileSync(fixture('done-with-planner'), 'utf8').replaceAll(
    'claude-sonnet-4-5',
    'nameless-1',
  );
  writeFileSync(file, text);
  const [limited, unlimited, whatif] = await Promise.all([
    pflow(['check', 'unpriced.jsonl', '--max-cost', '1']),
    pflow(['check', 'unpriced.jsonl', '--max-calls', '99']),
    pflow(['whatif', 'run.jsonl', '--model', 'nameless-1']),
  ]);
  expect(limited.code).toBe(1);
  expect(limited.stdout).toMatch(/^✗ .*failed/);
  expect(limited.stdout).toMatch(
    /a limit on the cost failed because the cost is not known: no price is known for \S*nameless-1; `pflow pricing explain/,
  );
  expect(unlimited.code).toBe(0);
  expect(unlimited.stdout).toMatch(/· no price is known for \S*nameless-1/);
  expect(whatif.code).toBe(1);
  expect(whatif.stdout).toContain('nameless-1 has no price');
});

test('a plan that is not approved is cancelled in the list, and the exit code is that of usage', async () => {
  const { write, pflow } = workspace();
  write('old.txt', 'text');
  const declined = await pflow(['delete old.txt']);
  expect(declined.code).toBe(2);
  const [list, recorded] = await Promise.all([
    pflow(['trace', 'list', '--output-format', 'json']),
    pflow(['read old.txt', '-p', '--record', 'calls.jsonl', '--no-trace']),
  ]);
  expect(JSON.parse(list.stdout)).toMatchObject([{ status: 'cancelled' }]);
  expect(recorded.stderr).toContain('calls.jsonl has no calls: the run sent no request to a model.');
});

test('without a terminal the home screen states what it needs, and an empty export why it is empty', async () => {
  const { pflow, write } = workspace();
  write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hi' } }] });
  const [tui] = await Promise.all([pflow(['tui']), pflow(['wf.json'])]);
  expect(tui).toMatchObject({ code: 2, stdout: '' });
  expect(tui.stderr).toMatch(/The home screen needs a terminal[^]*pflow trace list/);
  const empty = await pflow(['trace', 'export', '--format', 'folded', '--weight', 'cost']);
  expect(empty).toMatchObject({ code: 0, stdout: '' });
  expect(empty.stderr).toContain('the run has no call with a known cost');
});

test('a misspelled name of a workflow or its file leads to the right one and is no request', () => {
  const path = folder();
  writeFileSync(join(path, 'report.pflow.md'), '# Report\n');
  mkdirSync(join(path, 'home', 'workflows'), { recursive: true });
  writeFileSync(join(path, 'home', 'workflows', 'tidy-notes.json'), '{"nodes": []}');
  const hintOf = (...words: string[]) => {
    try {
      return parseTarget(words).kind;
    } catch (error) {
      return (error as { hint?: string }).hint;
    }
  };
  expect(hintOf('report.pflow.mdd')).toBe('Did you mean `pflow report.pflow.md`?');
  expect(hintOf('./reprot.pflow.md')).toBe('workflow');
  expect(hintOf('tidy-note', 'a=b')).toBe('Did you mean `pflow tidy-notes`?');
  expect(hintOf('other.pflow.mdx')).toContain('ends in .json or .pflow.md');
  expect(hintOf('https://example.com/page')).toContain('pflow "summarize https://example.com/page"');
});

test('doctor lists an invalid budget once', () => {
  const home = join(folder(), 'home');
  mkdirSync(home);
  const settings = {
    budgets: [
      { usd: 5, per: 'fortnight' },
      { usd: 5, per: 'week' },
    ],
  };
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings));
  expect(examineSettings(process.env)).toEqual([
    `${join(home, 'settings.json')}: budgets[0].per must be "day", "week" or "month". The budget is ignored.`,
  ]);
});

test('a missing recording is named with the option that makes one', () => {
  folder();
  expect(() => readCallFile('nope.jsonl')).toThrow("There is no file 'nope.jsonl' with recorded calls.");
});
