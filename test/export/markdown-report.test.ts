import { expect, test } from 'vitest';
import { toMarkdown } from '../../src/export/markdown-report.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import { testPrices } from '../support/prices.js';
import { buildTrace, readFixture } from '../support/trace-builder.js';

const markdownOf = (name: string) => toMarkdown(reduceEvents(readFixture(name), { prices: testPrices }));

test('the Markdown report has a table of the nodes and one of the models', () => {
  expect(markdownOf('looped')).toMatchInlineSnapshot(`
    "# test run

    ok · 3.6s · 7,860 tok · $0.0276

    | node | stage | time | tokens | cost |
    | --- | --- | --- | --- | --- |
    | draft ×3 | workflow | 3.0s | 6,600 | $0.0270 |
    | review ×3 | workflow | 600ms | 1,260 | $0.00058 |

    | model | calls | tokens | cost |
    | --- | --- | --- | --- |
    | anthropic/claude-sonnet-4-5 | 3 | 6,600 | $0.0270 |
    | openai/gpt-4.1-mini | 3 | 1,260 | $0.00058 |
    "
  `);
});

test('errors are listed below the tables of the Markdown report', () => {
  expect(markdownOf('failed-in-post')).toMatchInlineSnapshot(`
    "# test run

    failed · 1.2s

    | node | stage | time | tokens | cost |
    | --- | --- | --- | --- | --- |
    | read\\_file | workflow | 45ms |  |  |
    | fetch ✗ | workflow | 1.2s |  |  |

    - Error in fetch: Cannot reach example.com (in post).
    "
  `);
});

test('markup characters in names are escaped', () => {
  expect(markdownOf('hostile-values')).toMatchInlineSnapshot(`
    "# ␛\\[5mhostile␇

    failed · 6ms

    | node | stage | time | tokens | cost |
    | --- | --- | --- | --- | --- |
    | \\_\\_proto\\_\\_ | workflow | 5ms |  |  |
    | wide👨👩👧 ✗ | workflow | 1ms |  |  |

    - Error in wide👨👩👧: ␛\\[1mboom␊second line
    "
  `);
});

test('the result is a code block that its content cannot close', () => {
  const events = buildTrace((t) => {
    t.stage('workflow', () => void t.node('say', {}));
    t.finish('ok', { outputs: { report: 'One.\n```js\ntwo\n```\n' } });
  });
  const markdown = toMarkdown(reduceEvents(events, { prices: testPrices }));
  expect(markdown.slice(markdown.indexOf('## '))).toMatchInlineSnapshot(`
    "## Result (report)

    \`\`\`\`text
    One.
    \`\`\`js
    two
    \`\`\`
    \`\`\`\`
    "
  `);
});
