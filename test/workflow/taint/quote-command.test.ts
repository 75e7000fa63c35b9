import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { findUnquotable, quoteCommand, type CommandPart } from '../../../src/workflow/taint/quote-command.js';

/** Splits a command into parts; `‹›` marks the data. */
const partsOf = (command: string, value: string): CommandPart[] =>
  command.split('‹›').flatMap((text, i): CommandPart[] => {
    const data = { text: value, data: { template: '${m.response}', origin: 'a model' } };
    return i === 0 ? [{ text }] : [data, { text }];
  });

const quoted = (command: string, value: string) =>
  quoteCommand(partsOf(command, value), ({ inside }) => {
    throw new Error(inside);
  });

const shells = ['sh', 'bash'].filter((name) => existsSync(`/bin/${name}`));

const contexts = [
  ["printf '[%s]' ‹›", (value: string) => `[${value}]`],
  ["printf '[%s]' a‹›b", (value: string) => `[a${value}b]`],
  [`printf '[%s]' "‹›"`, (value: string) => `[${value}]`],
  [`printf '[%s]' "a ‹› b"`, (value: string) => `[a ${value} b]`],
  ["printf '[%s]' '‹›'", (value: string) => `[${value}]`],
  [`printf '[%s]' 'it'"'"'s ‹›'`, (value: string) => `[it's ${value}]`],
  ['printf \'[%s]\' "x$(echo "a)b")"‹›', (value: string) => `[xa)b${value}]`],
  ["# it's a comment\nprintf '[%s]' ‹›", (value: string) => `[${value}]`],
  ["set -- 1; printf '[%s]' $#‹›", (value: string) => `[1${value}]`],
  ["printf '[%s]' $# ‹› 2>&1", (value: string) => `[0][${value}]`],
  ['A=‹›; printf \'[%s]\' "$A"', (value: string) => `[${value}]`],
  ["cat <<'E O' >/dev/null\nit's \"\nE O\nprintf '[%s]' ‹›", (value: string) => `[${value}]`],
  [`sh -c 'printf "[%s]" "$1"' _ ‹›`, (value: string) => `[${value}]`],
  ["if true; then printf '[%s]' ‹›; fi", (value: string) => `[${value}]`],
  ['for x in ‹›; do printf \'[%s]\' "$x"; done', (value: string) => `[${value}]`],
] as const;

const hostile = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      '\\',
      '$',
      '`',
      '$(',
      ')',
      '(',
      '{',
      '}',
      ';',
      '&',
      '|',
      '\n',
      ' ',
      '*',
      '~',
      '#',
      '!',
      '<',
      '>',
      'a',
      '=',
      'touch ran',
      '$(touch ran)',
      '`touch ran`',
      "'; touch ran; '",
      '"; touch ran; "',
      'ö',
      'EOF\n',
      '\t',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('any data is quoted as one argument at every position where a shell allows quoting', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'pflow-quote-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  fc.assert(
    fc.property(
      fc.constantFrom(...contexts),
      hostile,
      fc.constantFrom(...shells),
      ([command, want], value, shell) => {
        expect(execFileSync(shell, ['-c', quoted(command, value)], { cwd, encoding: 'utf8' })).toBe(
          want(value),
        );
        expect(existsSync(join(cwd, 'ran'))).toBe(false);
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

test.each(['word', 'a/b.txt', '-l', '12', 'x@y.org', 'größe', '', 'k=v'])(
  'harmless data is inserted unchanged: %s',
  (value) => {
    for (const command of [
      'echo ‹›',
      'echo "‹›"',
      "echo '‹›'",
      'echo $(ls ‹›)',
      'cat <<E\n‹›\nE',
      'sh -c "ls ‹›"',
    ])
      expect(quoted(command, value)).toBe(command.replace('‹›', value));
  },
);

test('data that is an assignment before a command is quoted', () => {
  expect(quoted('‹› ls', 'LD_PRELOAD=x.so')).toBe("'LD_PRELOAD=x.so' ls");
  expect(quoted('cd /; ‹› ls', 'A=1')).toBe("cd /; 'A=1' ls");
});

test.each([
  ['echo $(cat ‹›)', '$( )'],
  ['echo "$(cat "‹›")"', '$( )'],
  ['echo $((‹› + 1))', '$( )'],
  ['diff <(echo ‹›) /dev/null', '$( )'],
  ['echo `cat ‹›`', 'backticks'],
  ['echo "`cat \'‹›\'`"', 'backticks'],
  ['echo ${HOME:-‹›}', "the shell's own ${ }"],
  ["echo $'‹›'", "$' '"],
  ['cat <<EOF\n‹›\nEOF', 'a here-document'],
  ["cat <<-'EOF' > x\n\ta\n\t‹›\n\tEOF", 'a here-document'],
  ['cat << A; cat <<B\nA\n‹›\nB', 'a here-document'],
  ['cat <<‹›', 'a here-document'],
  [`sh -c "echo ‹›"`, 'the code for `sh -c`'],
  [`/bin/bash -o pipefail -ec 'echo ‹›'`, 'the code for `bash -ec`'],
  [`env A=1 'ba'sh -c "‹›"`, 'the code for `bash -c`'],
  ['xargs -I{} sh -c "echo {} ‹›"', 'the code for `sh -c`'],
  [`find . -exec sh -c 'echo ‹›' \\;`, 'the code for `sh -c`'],
  [`python3 -c "print('‹›')"`, 'the code for `python3 -c`'],
  [`node -e "console.log('‹›')"`, 'the code for `node -e`'],
  [`perl -ne 'print "‹›"'`, 'the code for `perl -ne`'],
  ['eval echo ‹›', 'the code for `eval`'],
  ['ssh host echo ‹›', 'the code for `ssh`'],
  [`sudo su -c 'echo ‹›' me`, 'the code for `su -c`'],
  ['echo \\‹›', 'the character after a backslash'],
  ['echo "\\‹›"', 'the character after a backslash'],
  ['echo $‹›', 'the name after a $'],
  ['echo "$‹›"', 'the name after a $'],
  ['‹›', 'the place of the whole command'],
  [' ‹›\n', 'the place of the whole command'],
  ['echo "$(case a in a) echo;; esac; echo ‹›)"', 'a command that cannot be followed'],
  ["sh 2>/dev/null -c 'echo ‹›'", 'the code for `sh -c`'],
  ["sh -c 2>/dev/null 'echo ‹›'", 'the code for `sh -c`'],
  ["sh &> log -c 'echo ‹›'", 'the code for `sh -c`'],
  ["sh >| log 2>&1 -c 'echo ‹›'", 'the code for `sh -c`'],
  ["$SHELL -c 'echo ‹›'", 'the code for `$SHELL -c`'],
  ["$(command -v sh) -c 'echo ‹›'", 'the code for `$ -c`'],
  ['echo "$(case a in a) true; esac)" "‹›"', 'a command that cannot be followed'],
])('%s is rejected by validation and at run time', (command, inside) => {
  expect(() => quoted(command, 'a b')).toThrow(inside);
  expect(findUnquotable(partsOf(command, 'x'))).toMatchObject([{ template: '${m.response}', inside }]);
});

test('data in a comment is inserted unless it contains a newline', () => {
  expect(quoted('ls # ‹›', "it's")).toBe("ls # it's");
  expect(() => quoted('ls # ‹›', 'a\ntouch ran')).toThrow('a comment');
});

test('an input that opens a quote is tracked like the rest of the command', () => {
  const parts: CommandPart[] = [
    { text: 'echo ' },
    { text: '"' },
    { text: 'a b', data: { template: '${m.response}', origin: 'a model' } },
    { text: '"' },
  ];
  expect(quoteCommand(parts, () => expect.unreachable())).toBe('echo "a b"');
});

test('on Windows only data that is plain for cmd.exe is inserted', () => {
  const build = (value: string) =>
    quoteCommand(
      partsOf('type ‹› "‹›"', value),
      ({ inside }) => {
        throw new Error(inside);
      },
      'win32',
    );
  expect(build('notes/a-1.txt')).toBe('type notes/a-1.txt "notes/a-1.txt"');
  for (const value of ['a b', 'a&b', '%PATH%', 'a^b', '"', "it's", 'a|b', 'a>b', '!x!', 'a\nb']) {
    expect(() => build(value)).toThrow('a command of cmd.exe');
  }
  expect(findUnquotable(partsOf('type ‹›', ''), 'win32')).toMatchObject([{ inside: 'a command of cmd.exe' }]);
});
