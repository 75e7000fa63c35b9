import { expect, test } from 'vitest';
import { compileGlob } from '../../../src/nodes/files/glob.js';

const matching = (glob: string, paths: readonly string[]) => paths.filter(compileGlob(glob));

test.each<[string, readonly string[], readonly string[]]>([
  ['*.md', ['a.md', 'docs/a.md'], ['a.txt', '.a.md', 'a.MD']],
  ['?.txt', ['a.txt', '😀.txt'], ['ab.txt', '.txt']],
  ['*', ['a', 'x/a'], ['.a', 'x/.a']],
  ['.*', ['.env'], ['env']],
  ['**', ['a', 'a/b'], ['.a', 'a/.b']],
  ['docs/**/*.md', ['docs/a.md', 'docs/b/c/a.md'], ['a.md', 'docs/.b/a.md', 'docs/b/.a.md']],
  ['src/*', ['src/a'], ['src/a/b', 'src/.a', 'a']],
  ['./*.md', ['a.md'], ['docs/a.md']],
  ['*.{js,ts}', ['a.js', 'a.ts'], ['a.jsx', 'a.{js,ts}']],
  ['{a,b{c,d}}.x', ['a.x', 'bc.x', 'bd.x'], ['b.x']],
  ['{,.}env', ['env', '.env'], ['xenv']],
  ['{a}.x', ['{a}.x'], ['a.x']],
  ['[a-c].txt', ['a.txt', 'c.txt'], ['d.txt', 'A.txt']],
  ['[!a]*', ['b'], ['a', 'ab']],
  ['[^a]*', ['b'], ['a', 'ab']],
  ['[*]', ['*'], ['a']],
  [String.raw`a\*.txt`, ['a*.txt'], ['ab.txt', 'a\\b.txt']],
  [String.raw`\[1\].txt`, ['[1].txt'], ['1.txt']],
  ['{1..3}.txt', ['1.txt', '2.txt', '3.txt'], ['0.txt', '4.txt', '1..3.txt']],
  ['{8..12}.txt', ['8.txt', '10.txt', '12.txt'], ['1.txt', '0.txt', '13.txt']],
  ['{3..1}', ['1', '2', '3'], ['4']],
  ['{01..10}', ['01', '07', '10'], ['1', '7', '001']],
  ['{-1..1}', ['-1', '0', '1'], ['-2', '-0']],
  ['{0..10..5}', ['0', '5', '10'], ['1', '15']],
  ['{a..c}x', ['ax', 'cx'], ['dx']],
  ['{a..10}', ['{a..10}'], ['a', '1']],
  ['@(a|b).md', ['a.md', 'b.md'], ['c.md', 'ab.md']],
  ['!(a).md', ['b.md'], ['a.md']],
  ['+(a|b)', ['abab'], ['', 'c']],
  ['?(a)b', ['b', 'ab'], ['aab']],
  ['*(a)b', ['b', 'aab'], ['c']],
  ['[[:digit:]].txt', ['5.txt'], ['a.txt', '55.txt']],
  ['[[:upper:]]*', ['Abc'], ['abc']],
  ['report (1).*', ['report (1).txt'], ['report 1.txt']],
  ['@((a)|b)', ['(a)', 'b'], ['a']],
  ['a|b', ['a|b'], ['a', 'b']],
  ['a+b.*', ['a+b.txt'], ['aab.txt']],
  ['$a^.*', ['$a^.txt'], ['a.txt']],
  ['!a', ['!a'], ['b']],
  ['"a".*', ['"a".txt'], ['a.txt']],
  ['[a', ['[a'], ['a']],
  ['a{b', ['a{b'], ['ab']],
])('%s matches the same names as in a shell', (glob, matched, others) => {
  expect(matching(glob, matched)).toEqual(matched);
  expect(matching(glob, others)).toEqual([]);
});

test('a range with more numbers than a pattern allows is an error', () => {
  expect(() => compileGlob('{1..1000000}.txt')).toThrow(
    'The range {1..1000000} contains 1,000,000 numbers (limit 10,000).',
  );
});
