import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import type { Workflow } from '../../../src/workflow/format/ir.js';
import { offlineLanguage } from '../../../src/planner/offline/language.js';
import { fillers } from '../../../src/planner/offline/language/lexicon.js';
import { planByRules } from '../../../src/planner/offline/rule-plan.js';
import { rows } from '../../../src/planner/offline/verbs.js';

const file = fc.stringMatching(/^[a-z]{1,8}\.(md|txt|log)$/);
const quoted = fc.stringMatching(/^[a-z]{1,6} [a-z]{1,6}\.md$/).map((path) => `"${path}"`);
const url = fc.stringMatching(/^https:\/\/[a-z]{2,8}\.org\/[a-z]{1,6}$/);
const folder = fc.stringMatching(/^[a-z]{2,8}\/$/);
const pattern = fc
  .constantFrom('*.md', '*.txt', 'all files', 'every file')
  .chain((glob) => fc.tuple(fc.constant(glob), folder).map((words) => words.join(' in ')));
const path = fc.oneof(file, quoted);
const list = fc
  .tuple(fc.array(path, { minLength: 1, maxLength: 3 }), path)
  .map(([first, last]) => `${first.join(', ')} and ${last}`);
const text = fc.oneof(file, quoted, url, pattern, folder, list);

const opening = fc.oneof(
  text.map((x) => `read ${x}`),
  fc.tuple(text, fc.integer({ min: 1, max: 99 })).map(([x, n]) => `summarize ${x} in ${n} sentences`),
  url.map((x) => `fetch ${x}`),
  fc.tuple(fc.constantFrom('words', 'lines', 'characters'), text).map(([what, x]) => `count ${what} in ${x}`),
  fc
    .tuple(fc.constantFrom('links', 'emails', 'headings', 'keywords'), text)
    .map(([what, x]) => `extract ${what} from ${x}`),
  pattern.map((x) => `list ${x}`),
  fc.constant('run `ls -l`'),
);
const following = fc.oneof(
  fc.constantFrom(
    'summarize it',
    'summarize the result in two sentences',
    'count words in it',
    'extract links',
    'keywords of it',
  ),
  path.map((x) => `save it to ${x}`),
  path.map((x) => `append the result to ${x}`),
);
const joiner = fc.constantFrom(', then ', ' and ', '; ', ', ', '. ', ' and then ', ', and finally ');
const request = fc
  .tuple(opening, fc.array(fc.tuple(joiner, following), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map((each) => each.join('')).join(''));

/** Positions where a word can be inserted: between two words, outside quotes. */
function gaps(sentence: string): number[] {
  const masked = sentence.replace(/"[^"]*"|`[^`]*`/g, (enclosed) => '_'.repeat(enclosed.length));
  return [...masked.matchAll(/ |$/g)].map(({ index }) => index);
}

test('every sentence of the offline language is parsed, and the plan contains every value in it', () => {
  fc.assert(
    fc.property(request, (sentence) => {
      const plan = planByRules(sentence);
      const held = JSON.stringify([plan.workflow, plan.params]);
      const values =
        sentence.match(/https:\S+[a-z]|[a-z]+ [a-z]+\.md(?=")|\b[a-z]+\.(?:md|txt|log)\b|\b\d+\b/g) ?? [];
      for (const value of values) expect(held).toContain(value);
      expect(plan.reading.map((line) => line.slice(0, line.indexOf(' →')))).toEqual(
        plan.clauses.map(({ text }) => text),
      );
    }),
    { numRuns: 300 },
  );
});

test('an unknown word is never dropped: the request is refused, or the word is a value in the plan', () => {
  const stray = fc.constantFrom(
    'zork',
    'not',
    'except',
    'quickly',
    'only',
    'never',
    '42',
    'zork.md',
    'without',
    'twice',
    'unless',
  );
  fc.assert(
    fc.property(request, stray, fc.nat(), (sentence, word, at) => {
      const places = gaps(sentence);
      const place = places[at % places.length]!;
      const read = attempt(`${sentence.slice(0, place)} ${word}${sentence.slice(place)}`);
      const isKept = read instanceof PflowError ? read.message.includes('"') : valuesIn(read).includes(word);
      expect(isKept).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('every text is either planned or refused with a PflowError', () => {
  const words = fc.constantFrom(
    ...rows.flatMap((row) => row.words),
    'first',
    'lines',
    'json',
    'for each',
    'it',
    'and',
    ',',
    'in',
    'to',
    'a.md',
    '*.md',
    '"x y"',
    '`ls`',
    '3',
    'file',
    'files',
    'the',
    '.',
    ';',
    'https://a.b',
    'x=1',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(anything, (sentence) => {
      const read = attempt(sentence);
      expect(read instanceof PflowError ? read.code : 'planned').toMatch(
        /^(planned|cannot_plan|needs_model)$/,
      );
    }),
    { numRuns: 2000 },
  );
});

test('the list of ignored filler words contains none that changes the meaning of a request', () => {
  expect([...fillers].join(' ')).toMatchInlineSnapshot(`"the a an my our please kindly just also now"`);
});

test('every documented example of the offline language is planned', () => {
  for (const { form, example } of offlineLanguage()) {
    if (form.startsWith('run NAME') || form.startsWith('ask')) continue;
    const first =
      {
        'save it to summary.md': 'read a.md, ',
        'save each to summaries/': 'summarize a.md and b.md, ',
        'tell me what it says': 'read a.md, ',
        'POST it to https://example.com/hook': 'read a.md, ',
        'append the summary to log.md': 'summarize a.md, ',
      }[example] ?? '';
    expect(() => planByRules(first + example)).not.toThrow();
  }
});

function attempt(sentence: string): Workflow | PflowError {
  try {
    return planByRules(sentence).workflow;
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
}

/** The workflow without the code of its code nodes, which contains words of its own. */
function valuesIn(workflow: Workflow): string {
  return JSON.stringify(workflow, (key, value: unknown) => (key === 'code' ? undefined : value));
}
