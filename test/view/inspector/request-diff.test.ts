/** What a request changed from the previous request of its node. */
import { expect, test } from 'vitest';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { diffRequest } from '../../../src/profile/diff/diff-requests.js';
import { NO_BLOBS } from '../../../src/trace/blobs/blob-store.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const rules = 'Answer in one sentence. '.repeat(6).trim();
const ask = (stamp: string, more: string) => [
  { role: 'system', content: `${rules} It is 18:${stamp}.` },
  { role: 'user', content: `A naïve question: ${'what does each step of the run cost? '.repeat(3)}${more}` },
];
const events = buildTrace((t) =>
  t.stage('workflow', () => {
    t.node('ask', {}, () => void t.llm({ ms: 10, input: 10, output: 5, prompt: ask('33', ''), text: 'a' }));
    t.node('other', {}, () => void t.llm({ ms: 10, input: 10, output: 5, prompt: 'Else?', text: 'b' }));
    t.node(
      'ask',
      {},
      () => void t.llm({ ms: 10, input: 10, output: 5, prompt: ask('34', 'Again!'), text: 'c' }),
    );
    t.node(
      'ask',
      {},
      () => void t.llm({ ms: 10, input: 10, output: 5, prompt: ask('34', 'Again!'), text: 'd' }),
    );
  }),
);
const run = reduceEvents(events, { prices: testPrices, values: NO_BLOBS });
const diffs = [...run.spans.values()].filter(({ call }) => call).map((span) => diffRequest(run, span));

test('a request is compared with the previous one of the same node, from the first byte that differs', () => {
  const [first, other, second, third] = diffs;
  expect([first, other]).toEqual([undefined, undefined]);
  // 143 bytes of rules and ' It is 18:3'.
  expect(second).toMatchObject({ isSame: false, firstByte: 154, bytes: 292 });
  expect(second!.changes.map(({ byte, role, part }) => ({ byte, role, part }))).toEqual([
    { byte: 154, role: 'system', part: 1 },
    { byte: 286, role: 'user', part: 2 },
  ]);
  expect(third).toMatchObject({ isSame: true, changes: [] });
});

test('the prompt begins with the changes, the first changed byte marked', () => {
  const at = new TestScreen(events, { columns: 90, rows: 24 }).press('G', 'k', 'enter', '5');
  expect(at.lines().slice(5, 13).join('\n')).toMatchInlineSnapshot(`
    " ▾ 2 changes since the request of this node at 00:00.0 · first at byte 154 of 292
       byte 154, system prompt
     -   nswer in one sentence. It is 18:3❯3.
         A naïve question: what does ea
     +   nswer in one sentence. It is 18:3❯4.
         A naïve question: what does ea
       byte 286, part 2, user
     +   does each step of the run cost? Again!"
  `);
  expect(at.press('esc', 'j', 'enter', '5').line('The same as')).toBe(
    ' The same as the request of this node at 00:00.0.',
  );
});
