import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { offline } from '../src/llm/select/choose-model.js';
import { createModelSource } from '../src/llm/providers/ai-sdk-models.js';
import { createRegistry } from '../src/nodes/registry.js';
import { plannerSkills } from '../src/planner/offline/skills.js';
import { createPlanner } from '../src/planner/planner.js';
import { startSession } from '../src/session/session.js';
import type { TraceEvent } from '../src/trace/event/event.js';
import { listWorkflows } from '../src/workflow/library/library.js';
import { validateWorkflow } from '../src/workflow/check/validate.js';
import { expectLiveEqualsReplay } from './support/laws.js';
import { testPrices } from './support/prices.js';

const folder = mkdtempSync(join(tmpdir(), 'pflow-laws-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a request as the command line does, without a model, and returns its events. */
async function runLive(request: string): Promise<{ events: TraceEvent[]; path: string; status: string }> {
  const types = createRegistry();
  const choice = offline('the test says so');
  const session = startSession({
    name: 'laws',
    job: {
      kind: 'request',
      request,
      planner: createPlanner({
        catalogue: types,
        saved: listWorkflows().workflows,
        validate: (source) => validateWorkflow(source, types),
      }),
    },
    types,
    choice,
    models: createModelSource(choice, { env: {}, skills: plannerSkills() }),
    prices: testPrices,
    env: {},
    traceDir: folder,
  });
  const events = [...session.log.all];
  session.log.subscribe((event) => events.push(event));
  const { status } = await session.done;
  return { events, path: session.tracePath!, status };
}

const text = join(folder, 'text.md');
writeFileSync(
  text,
  'The river rises in the hills. It flows through the town. The town was built beside the river.\n'.repeat(
    20,
  ),
);

test.each([
  ['a saved workflow', `summarize "${text}"`, 'ok'],
  ['a new workflow', `count words in "${text}" and extract links from "${text}"`, 'ok'],
  ['a batch', `for each *.md in "${folder}" count lines in it`, 'ok'],
  ['a failed node', `read "${join(folder, 'missing.md')}"`, 'failed'],
  ['a failed planner', 'translate this to French', 'failed'],
])(
  'live equals replay: %s renders the same frames from its file, at every event',
  async (_what, request, ends) => {
    const { events, path, status } = await runLive(request);
    expect(status).toBe(ends);
    await expectLiveEqualsReplay(events, path);
  },
);
