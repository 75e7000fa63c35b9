/** The command line of the home screen. */
import { expect, test } from 'vitest';
import { parseLine, splitWords } from '../../src/cli/home/parse-line.js';

test.each([
  ['wf.json text="two words" n=1', ['wf.json', 'text=two words', 'n=1']],
  [`'my flow.json'  x='it "is"'`, ['my flow.json', 'x=it "is"']],
  ['open="unfinished quote', ['open=unfinished quote']],
  ['', []],
])('%j is split into %j', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test('a line is a workflow with inputs, or else one request', () => {
  expect(parseLine('summarize-file file_path="my notes.md"')).toEqual({
    kind: 'workflow',
    reference: 'summarize-file',
    inputs: { file_path: 'my notes.md' },
  });
  expect(parseLine('summarize README.md')).toMatchObject({ kind: 'request', request: 'summarize README.md' });
  expect(() => parseLine('summarize-file file_path=')).toThrow("Give 'file_path' a value");
  expect(() => parseLine('gibberish')).toThrow('gibberish');
});
