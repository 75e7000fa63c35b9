/** The run that the pictures and examples of the manual show, built event by event with current models and the shipped prices. */
import { fileURLToPath } from 'node:url';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { buildTrace, type TraceBuilder } from './trace-builder.js';

/** The model of the run; test/docs checks that the price table has it. */
const model = { provider: 'anthropic', model: 'claude-sonnet-5' };

const request = 'review the pull requests';

/** The shipped prices only, regardless of the overrides of this machine's user. */
export const docsPrices = {
  ...loadPrices({ overridePath: fileURLToPath(new URL('no-pricing.json', import.meta.url)) }).prices,
  defaultPath: 'pricing.default.json',
};

/** The state of the run after its last event. */
export function docsRun() {
  return reduceEvents(docsEvents(), { prices: docsPrices });
}

function docsEvents() {
  return buildTrace(
    (t) => {
      t.stage('planner', () => {
        plannerNode(t, 'workflow-discovery', 900, 640, 60);
        plannerNode(t, 'component-browsing', 1100, 980, 90);
        plannerNode(t, 'workflow-generator', 1900, 1450, 420);
        t.node('validator', { nodeType: 'planner' }, () => void t.phase('exec', 2));
        t.plan([
          { id: 'list', type: 'http', purpose: 'Fetch the open pull requests' },
          { id: 'review', type: 'llm', purpose: 'Review each of them' },
          { id: 'report', type: 'llm', purpose: 'Write the report' },
          { id: 'save', type: 'write-file', purpose: 'Save it' },
        ]);
      });
      t.stage('workflow', () => {
        t.node('list', { nodeType: 'http' }, () => {
          t.phase('exec', 310);
          t.set({ '/list/response': pullRequests, '/list/status_code': 200 });
        });
        t.node('review', { nodeType: 'llm' }, () => {
          reviewEach(t);
          t.set({ '/review/results': reviews, '/review/count': reviews.length });
        });
        t.node('report', { nodeType: 'llm' }, () => {
          t.phase('exec', () =>
            t.llm({ ...model, ms: 2400, input: 3900, output: 310, text: report, firstTokenMs: 620 }),
          );
          t.set({ '/report/response': report });
        });
        t.node('save', { nodeType: 'write-file' }, () => {
          t.phase('exec', 4);
          t.set({ '/save/written': 'report.md' });
        });
      });
      t.finish('ok', { outputs: { report } });
    },
    {
      name: request,
      request,
      startedAt: '2026-11-28T09:30:00.000Z',
      model: { ...model, reason: 'ANTHROPIC_API_KEY is set' },
    },
  );
}

const pullRequests = [
  { number: 71, title: 'Retry uploads', files: 4 },
  { number: 74, title: 'Drop Node 18', files: 11 },
  { number: 75, title: 'Fix the time zone of reports', files: 2 },
];
const reviews = pullRequests.map(({ number, title }) => ({
  item: number,
  response: `${title}: looks good.`,
}));
const report = 'Two pull requests can be merged; #74 changes the supported Node versions and needs a note.';

function plannerNode(t: TraceBuilder, id: string, ms: number, input: number, output: number): void {
  t.node(id, { nodeType: 'planner' }, () => {
    t.phase('exec', () => t.llm({ ...model, ms, input, output, firstTokenMs: 280 }));
  });
}

/** Three concurrent items, the second of which takes longest; the shared instructions are read from the provider's cache. */
function reviewEach(t: TraceBuilder): void {
  const began = t.now;
  const items = [1300, 2100, 1650].map((ms, index) => {
    const item = t.open('item', String(index), { index, of: 3 });
    let call = 0;
    t.within(item, () => {
      call = t.open('llm', model.model, { ...model, attempt: 1 });
      t.emit({ type: 'llm.request', span: call, prompt: 'Review this pull request.' });
    });
    return { item, call, ms };
  });
  for (const { item, call, ms } of items.toSorted((a, b) => a.ms - b.ms)) {
    t.wait(began + ms - t.now);
    t.respond(call, {
      model: model.model,
      input: 5200,
      output: 180,
      usage: { cacheRead: 4100 },
      firstTokenMs: 410,
    });
    t.close(call).close(item);
  }
}
