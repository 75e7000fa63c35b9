import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'traces', `${name}.jsonl`);

test('whatif compares several models by node, and rejects a call that changes nothing', async () => {
  const { folder, pflow } = workspace();
  cpSync(fixture('done-with-planner'), join(folder, 'run.jsonl'));
  const models = ['--model', 'anthropic/claude-sonnet-4-5,gpt-5-mini', '--node', 'llm_summarize'];
  const [text, json, none] = await Promise.all([
    pflow(['whatif', 'run.jsonl', ...models]),
    pflow(['whatif', 'run.jsonl', ...models, '--output-format', 'json']),
    pflow(['whatif', 'run.jsonl']),
  ]);
  expect(text.stdout).toMatch(/with anthropic\/claude-sonnet-4-5:[^]*this changes no call of the run/);
  expect(text.stdout).toMatch(
    /llm_summarize +claude-sonnet-4-5 → gpt-5-mini +1 +\$\S+ +~\$\S+ +\$\S+ – \$\S+ +−\d+ %/,
  );
  const { cost_usd, alternatives } = JSON.parse(json.stdout);
  const [same, other] = alternatives;
  expect(same).toMatchObject({
    changed_calls: 0,
    would_cost_usd: cost_usd,
    low_usd: cost_usd,
    high_usd: cost_usd,
  });
  expect(other).toMatchObject({
    model: 'gpt-5-mini',
    node: 'llm_summarize',
    changed_calls: 1,
    estimated: true,
  });
  expect(other.low_usd).toBeLessThan(other.would_cost_usd);
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('Nothing would change.');
});
