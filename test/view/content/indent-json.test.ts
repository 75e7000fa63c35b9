/** The layout of JSON answers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { indentJson } from '../../../src/view/content/indent-json.js';
import { TestScreen } from '../draw.js';

test('JSON on one line is indented, with short values kept on theirs', () => {
  expect(indentJson('{"id":"read","params":{"path":"README.md"},"tags":["a","b"],"n":[[1,2],[3]]}')).toBe(
    `{
  "id": "read",
  "params": {"path":"README.md"},
  "tags": ["a","b"],
  "n": [
    [1,2],
    [3]
  ]
}`,
  );
});

test('JSON that is invalid, truncated or followed by prose is indented as far as it goes', () => {
  expect(indentJson('{"a":tru,,"b":"it is\\" cut')).toBe('{\n  "a": tru,\n  ,\n  "b": "it is\\" cut');
  expect(indentJson('[{"a":1}]} Hope that helps: {"b":2}')).toBe(
    '[\n  {"a":1}\n]\n} Hope that helps: {"b":2}',
  );
});

test.each(['[1] See the report.', '[[wiki]] page', '{name} is set', '{\n  "a": 1\n}', 'text {"a":1}', ''])(
  '%j is left as it is',
  (text) => {
    expect(indentJson(text)).toBeUndefined();
  },
);

test('only spaces between tokens change, whatever the text', () => {
  const solid = (text: string) => text.replaceAll(/\s/g, '');
  const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', ' ', 'x', '{"k":', '"v"', '1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = `{"${pieces.join('')}`;
      expect(solid(indentJson(text) ?? text)).toBe(solid(text));
    }),
    { numRuns: 300 },
  );
});

test('an answer that is not valid JSON is shown indented, and as it came with R', () => {
  const text =
    '{"nodes":[{"id":"read","type":"read-file","params":{"file_path":"a rather long path.md"}},],"edges":[]';
  const events = buildTrace((t) =>
    t.stage('workflow', () => void t.node('ask', {}, () => void t.llm({ input: 1, text }))),
  );
  const at = new TestScreen(events).press('j', 'enter', '6');
  expect(at.line('"id": "read",')).toBe('         "id": "read",');
  expect(at.press('R').line('{"nodes":[{"id":"read"')).toContain('"edges":[]');
});
