import { expect, test } from 'vitest';
import { explainCall } from '../../../src/insights/advice/explain-call.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { costItems } from '../../../src/view/inspector/cost-pane.js';
import { DEFAULT_COLLAPSE } from '../../../src/view/base/collapse.js';
import { lineText } from '../../../src/view/base/frame.js';
import { glyphsOf } from '../../../src/view/base/glyphs.js';
import { collectCalls } from '../../../src/view/spans/llm-calls.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const part = (role: string, sha256: string, bytes: number) => ({ role, sha256, bytes, chars: bytes });

/** Two calls of a node whose tool list changed between them. */
const run = reduceEvents(
  buildTrace((t) =>
    t.stage('workflow', () =>
      t.node('agent', { nodeType: 'llm' }, () => {
        for (const tools of ['one', 'two']) {
          const span = t.open('llm', 'm', { provider: 'anthropic', model: 'claude-sonnet-4-5' });
          const parts = [part('tools', tools, 400), part('system', 's', 6000), part('user', tools, 100)];
          const offered = ['read', 'write'].map((name) => ({ name, bytes: 200 }));
          t.emit({ type: 'llm.request', span, prompt: 'p', parts, tools: offered });
          t.wait(1000);
          const counts = { input: 6500, output: 10, source: 'anthropic', convention: 'inclusive' as const };
          t.emit({
            type: 'llm.response',
            span,
            model: 'claude-sonnet-4-5',
            text: 'a',
            toolCalls: [{ name: 'read', arguments: '{}' }],
            usage: { ...counts, warnings: [] },
            usageOrigin: 'reported',
          });
          t.close(span);
        }
      }),
    ),
  ),
  { prices: testPrices },
);
const [first, second] = [...run.spans.values()].filter(({ call }) => call);

test('the explanation of a call has its context, which adds up to its input, and the cause of a cache miss', () => {
  expect(explainCall(run, first!.id)).toMatchObject({ miss: undefined, tools: { offered: 2, used: 1 } });
  const { context, miss } = explainCall(run, second!.id)!;
  expect(context).toEqual({ tools: 400, system: 6000, history: 0, results: 0, newest: 100 });
  // 6,000 tokens at $3 instead of $0.30 a million
  expect(miss).toMatchObject({ tokens: 6000, usd: expect.closeTo(0.0162, 10) });
  expect(miss!.cause).toContain('the tool list changed at byte 0');
});

test('the cost pane shows what was read from the cache, the cause and the remedy of a miss, and the context', () => {
  const pane = { width: 110, folds: DEFAULT_COLLAPSE, glyphs: glyphsOf('unicode'), raw: false };
  const items = costItems(run, collectCalls(run, second!), pane);
  const lines = items.map((item) => lineText(item.draw()).trim().replaceAll(/\s+/g, ' '));
  expect(lines.filter((line) => /^(?:cache|cause|remedy|context) /.test(line))).toEqual([
    'cache 0 of 6,500 tokens read, ~6,000 paid in full again, lost $0.0162',
    `cause the tool list changed at byte 0 since call #${first!.id}`,
    'remedy Keep the tool list and its order the same in every call.',
    'context system ~6,000 · tools ~400 (2 tools, 1 used) · new ~100',
  ]);
});
