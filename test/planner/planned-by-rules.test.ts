import { expect, test } from 'vitest';
import { NodeFailure } from '../../src/runtime/flow/flow.js';
import { plannerSkills } from '../../src/planner/offline/skills.js';
import { plan, scripted, shipped } from './harness.js';

const rules = { skills: plannerSkills(), for: 'what-they-read' } as const;

for (const request of [
  'summarize README.md',
  'summarize README.md in 4 bullet points and save it to short.md',
  'count lines in a.txt',
  'run summarize-file on a.md',
  'delete old.log',
]) {
  test(`"${request}" has the same plan with a model, which is not asked`, async () => {
    const model = scripted({});
    const { plan: made, store } = await plan(request, { llm: model, rules, saved: shipped });
    const { plan: offline } = await plan(request, { saved: shipped });
    expect(made).toEqual({ ...offline, plannedBy: 'rules' });
    expect(store.planned_by).toBe('rules');
    expect(model.asked).toEqual([]);
  });
}

test.each(['translate a.md to French', 'tidy up my notes', 'run summarize-file on the newest report'])(
  '"%s", which the rules do not read in full, is planned by the model',
  async (request) => {
    const model = scripted({
      'workflow-discovery': [{ found: true, workflow_name: 'summarize-file', reasoning: 'It fits.' }],
      'parameter-mapping': [{ values: [{ input: 'file_path', value: 'a.md' }] }],
    });
    const { plan: made, store } = await plan(request, { llm: model, rules, saved: shipped });
    expect(made).toMatchObject({ name: 'summarize-file', params: { file_path: 'a.md' } });
    expect(made.plannedBy).toBeUndefined();
    expect(store.planned_by).toBe('model');
    expect(model.asked).toHaveLength(2);
  },
);

test('rules that are to plan every request refuse what they cannot read instead of asking the model', async () => {
  const model = scripted({});
  const planning = plan('tidy up my notes', { llm: model, rules: { ...rules, for: 'all' } });
  const error = (await planning.catch((thrown: unknown) => thrown)) as NodeFailure;
  expect(error).toBeInstanceOf(NodeFailure);
  expect(error.cause).toMatchObject({ code: 'cannot_plan' });
  expect(model.asked).toEqual([]);
});
