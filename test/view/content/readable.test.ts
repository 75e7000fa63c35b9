import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeText } from '../../../src/lib/text/safe-text.js';
import { codeSegments, guessLanguage, type Language } from '../../../src/view/content/highlight-code.js';
import { lineText, lineWidth } from '../../../src/view/base/frame.js';
import { readableItems } from '../../../src/view/content/readable.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const answer = `# Report

Sales **rose** by *12 %*, see \`sales.csv\` and [the notes](https://example.com/notes).

- The north did well, which nobody had expected after the spring that it had had.
  1. Twice as many as before
> Do not quote me.

\`\`\`js
const rate = 0.12; // per quarter
console.log(\`rose by \${rate}\`);
\`\`\`

snake_case_name stays, and 2 * 3 * 4 as well.`;

/** Lines in which each styled segment names its style: `⟨dim # ⟩`. */
function drawn(text: string, width: number): string {
  const lines = readableItems('t', text, width, { indent: 0 }).map(({ draw }) =>
    draw()
      .filter((part) => part.text !== '')
      .map((part) => (part.style ? `⟨${part.style} ${part.text}⟩` : part.text))
      .join(''),
  );
  return `\n${lines.join('\n')}\n`;
}

test('Markdown keeps its syntax characters and is styled, and its code blocks are highlighted', () => {
  expect(drawn(answer, 60)).toMatchInlineSnapshot(`
    "
    ⟨dim # ⟩⟨markdown-heading Report⟩

    Sales ⟨bold **rose**⟩ by ⟨emphasis *12 %*⟩, see ⟨code \`sales.csv\`⟩ and ⟨emphasis [the notes]⟩
    ⟨dim (https://example.com/notes)⟩.

    ⟨bold -⟩ The north did well, which nobody had expected after the 
      spring that it had had.
      ⟨bold 1.⟩ Twice as many as before
    ⟨dim >⟩ Do not quote me.

    ⟨dim \`\`\`js⟩
    ⟨code-keyword const⟩ rate = ⟨code-number 0.12⟩; ⟨code-comment // per quarter⟩
    console.log(⟨code-string \`rose by \${rate}\`⟩);
    ⟨dim \`\`\`⟩

    snake_case_name stays, and 2 * 3 * 4 as well.
    "
  `);
});

test.each<[Language, string, readonly string[]]>([
  [
    'python',
    'def f(x):  # twice\n    """Doc\n    string."""\n    return "a" + str(x * 2.5)',
    ['def', '# twice', '"""Doc\n    string."""', 'return', '"a"', '2.5'],
  ],
  [
    'json',
    '{"key": "value", "n": -1.5e3, "yes": true}',
    ['"key"', '"value"', '"n"', '-1.5e3', '"yes"', 'true'],
  ],
  [
    'shell',
    'if [ -f "$HOME/.x" ]; then echo \'no #comment\' $1 # yes\nfi',
    ['if', '"$HOME/.x"', 'then', 'echo', "'no #comment'", '$1', '# yes', 'fi'],
  ],
  ['javascript', 'if (a) return `b${c}` /* d\n e */', ['if', 'return', '`b${c}`', '/* d\n e */']],
])('syntax highlighting of %s styles its tokens', (language, code, words) => {
  const segments = codeSegments(code, language);
  expect(segments.flatMap(({ text, style }) => (style ? text : []))).toEqual(words);
  expect(segments.map(({ text }) => text).join('')).toBe(code);
});

test('a text without a language tag is highlighted as code only if its form is unambiguous', () => {
  expect(guessLanguage('{"a": [1, 2]}')).toBe('json');
  expect(guessLanguage('#!/usr/bin/env python3\nprint(1)')).toBe('python');
  expect(guessLanguage('import os\n\ndef f(x):\n  return x')).toBe('python');
  expect(guessLanguage('const a = 1;\n')).toBe('javascript');
  for (const prose of [
    '{not json}',
    'A list:\n\nconst a = 1',
    'Let us import goods from France.',
    'class of 1999',
    '',
    '5',
  ])
    expect(guessLanguage(prose)).toBeUndefined();
});

const pieces =
  '# |```js\n|```|~~~\n|- |12. |> > |**|*|`|[a](b)|---|\n| |    |"|\'|/*|*/|//|"""|$x|\\|const |3.5|漢字|e\u0301|🙂|\u202e|\x1b[2J|word';

test('readable text renders every character once and in order, for any text and width', () => {
  const solid = (text: string) => text.replaceAll(/\s+/g, '');
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...pieces.split('|')), fc.string({ maxLength: 4 })), {
        maxLength: 60,
      }),
      fc.integer({ min: 10, max: 60 }),
      (parts, width) => {
        const text = parts.join('');
        const lines = readableItems('t', text, width, { indent: 2 }).map(({ draw }) => draw());
        expect(solid(lines.map(lineText).join(''))).toBe(solid(safeText(text, { keepNewlines: true })));
        expect(lines.filter((line) => lineWidth(line) > width)).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});

test('unclosed code and unpaired markup are parsed in linear time', () => {
  for (const text of [
    '`'.repeat(50_000),
    '**a '.repeat(20_000),
    `\`\`\`js\n${'/* "'.repeat(20_000)}`,
    '*a'.repeat(40_000),
  ])
    expect(readableItems('t', text, 80, { indent: 0 }).length).toBeGreaterThan(100);
});

test('R toggles between the plain and the styled rendering of a response', () => {
  const events = buildTrace((t) =>
    t.stage('workflow', () => void t.node('ask', {}, () => void t.llm({ input: 1, text: answer }))),
  );
  const at = new TestScreen(events).press('j', 'enter', '6');
  const title = () =>
    at
      .frame()
      .flat()
      .find(({ text }) => text.includes('Report'))?.style;
  expect(title()).toBe('markdown-heading');
  expect(at.press('R').line('# Report')).toContain('# Report');
  expect(title()).toBeUndefined();
  expect(
    at
      .press('R')
      .frame()
      .flat()
      .map(({ style }) => style),
  ).toContain('markdown-heading');
});
