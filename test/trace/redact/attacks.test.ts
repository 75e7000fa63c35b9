/** Hostile texts against every rule: a pattern that takes more than linear time makes a test time out. */

import { expect, test } from 'vitest';
import { FORMAT_ROWS } from '../../../src/trace/redact/formats/format-rows.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';
import { expandAlternatives } from '../../../src/trace/redact/formats/token-format.js';

const redactor = createRedactor({ env: { DB_PASSWORD: 'tr0ub4dor&3', API_KEY: 'abababababababababab' } });

const repeat = (piece: string, length: number) =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** A linear rule takes some milliseconds of CPU time for a text this long, a quadratic one many seconds. */
const LENGTH = 1 << 17;
const MOST_SECONDS = 2;

/** The CPU time of scanning texts, in seconds. */
function measure(texts: readonly string[]): number {
  const before = process.cpuUsage();
  for (const text of texts) redactor.text(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const CHARS: Readonly<Record<string, string>> = { digit: '7', hex: 'a', anyhex: 'a', upper: 'A', lower: 'a' };

/** Repetitions of the parts of a format: exactly as required, one too few, or endlessly. */
function attacksOn(pattern: string): string[] {
  const plain = pattern.replace('^', '');
  const fill = (times: (least: number) => number) =>
    plain.replaceAll(/<(\S+) (\d+)[^>]*>/g, (_, name: string, least: string) =>
      (CHARS[name] ?? 'a').repeat(Math.max(0, times(Number(least)))),
    );
  const literal = plain.split('<')[0]!;
  return [
    fill((least) => least),
    fill((least) => least - 1),
    fill(() => 1),
    literal === '' ? fill(() => 2) : literal,
  ];
}

const patterns = FORMAT_ROWS.flatMap(([kind, ...all]) =>
  all.flatMap(expandAlternatives).map((pattern) => [kind, pattern] as const),
);

test.each(FORMAT_ROWS.map(([kind]) => kind).filter((kind, i, all) => all.indexOf(kind) === i))(
  'the formats of %s are matched in linear time',
  (wanted) => {
    for (const [kind, pattern] of patterns) {
      if (kind !== wanted) continue;
      for (const piece of attacksOn(pattern)) {
        // As one run, joined by what may be part of a token, and with a run that never ends.
        const joined = ['', '-'].map((joint) => repeat(piece + joint, LENGTH / 16));
        expect(measure([...joined, piece + repeat('aA7', LENGTH / 16)])).toBeLessThan(MOST_SECONDS);
      }
    }
  },
);

/** Pieces that start or continue a match of the rules for names, headers, URLs, keys, tables and commands. */
const pieces: readonly string[] = [
  'password',
  'token=',
  'secret: ',
  'api_key="',
  "api_key='",
  'api_key=`',
  'api_key=\\"',
  'key%22%3A%22',
  'key&quot;:&quot;',
  '"password": "',
  '\\"password\\": \\"',
  '\\',
  '\\"',
  '\\\\"',
  '"',
  "'",
  '`',
  '"""',
  '“',
  '%22',
  '%',
  '&quot;',
  '\\u0022',
  'password is ',
  'password of the ',
  'key ',
  'api key ',
  'secret access key ',
  'token,',
  'token;',
  'token\t',
  'token|',
  'token\n',
  'token,a\n',
  'password: |\n ',
  'password:\n - ',
  'passwords: ["x", ',
  'password({',
  'password((',
  'key[',
  'key]',
  'key)',
  'key}',
  '<password>',
  '<password ',
  '</password>',
  '<key>password</key>',
  '<a key="password" ',
  'name="password" ',
  '"name":"token",',
  '"value":"x","name":"token",',
  '{"name":"token","a":"b",',
  'name: token\n',
  'name="password"\n\n',
  'authorization: ',
  'authorization: Digest ',
  'authorization: Bearer ',
  'authorization: [',
  'Bearer ',
  'Basic ',
  'cookie: ',
  'cookie: a=',
  '://',
  'a://',
  'a://b:',
  'a://b:c',
  'postgres://a:',
  'postgres://a:b@',
  '@',
  'x://aaaa',
  ':',
  'a:b@',
  '-----BEGIN PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
  '-----BEGIN ',
  ' PRIVATE KEY',
  '-----',
  'AAAA\n',
  'MIIE',
  'PuTTY-User-Key-File-2: ',
  'Private-Lines: ',
  'Private-MAC: ',
  'PuTTY-User-Key-File-2: Private-Lines: ',
  'curl ',
  'curl -u ',
  'curl -u "',
  'mysql -p',
  'sshpass -p ',
  'docker login -p ',
  'identified by ',
  "identified by '",
  'pass:',
  '-pass pass:',
  '--api-key ',
  '--',
  '-p',
  'export TOKEN=',
  'ENV TOKEN ',
  'machine x login y password ',
  'define("KEY", "',
  'getenv("KEY", "',
  'token: string = ',
  'token string = ',
  'token := ',
  ':token => ',
  '$token = ',
  'token->',
  'token::',
  'token||',
  '${TOKEN:-',
  '${',
  '{{',
  '<',
  '$',
  'aaaa bbbb ',
  'a.',
  'a-',
  'a_',
  'eyJ-',
  'eyJ.',
  'sk-',
  '%2F',
  '%3A%2F',
  '%25',
  ' ',
  '\n',
  '\t',
  '\u200b',
  'é',
  '中',
  '\ud800',
  '\0',
];

test.each(pieces.map((piece) => JSON.stringify(piece)))(
  'texts of %s are scanned in linear time',
  (quoted) => {
    const piece = JSON.parse(quoted) as string;
    const short = repeat(piece, LENGTH / 8);
    expect(
      measure([repeat(piece, LENGTH), `api_key= sk-0 ${short}`, `password="${short}`, `${short}"`]),
    ).toBeLessThan(MOST_SECONDS);
  },
);

test('texts of two alternating pieces are scanned in linear time', () => {
  for (const [i, one] of pieces.entries()) {
    const other = pieces[(i * 37 + 11) % pieces.length]!;
    expect(measure([repeat(one + other, LENGTH / 8), repeat(`${one}x7${other}\n`, LENGTH / 8)])).toBeLessThan(
      MOST_SECONDS,
    );
  }
});
