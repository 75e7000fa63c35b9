import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sentencesOf, summarySentences } from '../../../src/llm/offline/lexrank.js';

/** From Darwin, "On the Origin of Species" (1859), chapter III; public domain. */
const darwin = [
  'Before entering on the subject of this chapter, I must make a few preliminary remarks, to show how the struggle for existence bears on Natural Selection. It has been seen in the last chapter that amongst organic beings in a state of nature there is some individual variability; indeed I am not aware that this has ever been disputed. It is immaterial for us whether a multitude of doubtful forms be called species or sub-species or varieties.',
  "Owing to this struggle for life, any variation, however slight and from whatever cause proceeding, if it be in any degree profitable to an individual of any species, in its infinitely complex relations to other organic beings and to external nature, will tend to the preservation of that individual, and will generally be inherited by its offspring. The offspring, also, will thus have a better chance of surviving, for, of the many individuals of any species which are periodically born, but a small number can survive. I have called this principle, by which each slight variation, if useful, is preserved, by the term of Natural Selection, in order to mark its relation to man's power of selection.",
  'The weather was fine that day. A struggle for existence inevitably follows from the high rate at which all organic beings tend to increase. There is no exception to the rule that every organic being naturally increases at so high a rate, that if not destroyed, the earth would soon be covered by the progeny of a single pair.',
];

test('a summary consists of the most central sentences of the text in their order', () => {
  const summary = summarySentences(darwin, 3);
  expect(summary).toHaveLength(3);
  const positions = summary.map((sentence) => darwin.join(' ').indexOf(sentence));
  expect(positions.every((position) => position >= 0)).toBe(true);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  expect(summary.join(' ')).toContain('struggle for');
  expect(summary.join(' ')).not.toContain('weather');
});

test('a summary contains no duplicate sentences', () => {
  const twice = [
    'Kettles boil water very quickly today.',
    'Kettles boil water very quickly today!',
    'Trains carry people between distant cities.',
  ];
  expect(summarySentences(twice, 2)).toEqual([twice[0], twice[2]]);
});

test('abbreviations and initials do not end a sentence', () => {
  expect(
    sentencesOf('Dr. Smith met J. R. Jones, i.e. the other one. They talked, e.g. about tea. Done?'),
  ).toEqual(['Dr. Smith met J. R. Jones, i.e. the other one.', 'They talked, e.g. about tea.', 'Done?']);
});

test('a text without full sentences is returned as its lines, and an empty text as nothing', () => {
  expect(summarySentences(['Shopping list', 'Milk and bread'], 3)).toEqual([
    'Shopping list',
    'Milk and bread',
  ]);
  expect(summarySentences([], 3)).toEqual([]);
});

test('a text of thousands of sentences is ranked in parts and yields the requested number', () => {
  const subjects = ['kettles', 'trains', 'rivers', 'letters', 'clocks', 'gardens', 'bridges'];
  const book = Array.from(
    { length: 3000 },
    (_, i) =>
      `Chapter ${i} tells how ${subjects[i % 7]} changed the ${subjects[(i * 3) % 5]} of town number ${i}.`,
  );
  expect(summarySentences(book, 5)).toHaveLength(5);
});

test('any summary has at most the requested number of sentences, all from the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.lorem({ mode: 'sentences', maxCount: 5 })),
      fc.integer({ min: 1, max: 10 }),
      (paragraphs, count) => {
        const sentences = paragraphs.flatMap(sentencesOf);
        const summary = summarySentences(paragraphs, count);
        expect(summary.length).toBeLessThanOrEqual(count);
        for (const sentence of summary) expect(sentences).toContain(sentence);
      },
    ),
  );
});
