import { afterEach, expect, test, vi } from 'vitest';
import { printResult, sayError, warn } from '../../../src/cli/io/console.js';
import { PflowError } from '../../../src/lib/error.js';

const TOKEN = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

function capturePrinted(stream: NodeJS.WriteStream): () => string {
  const written: string[] = [];
  vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  return () => written.join('');
}

afterEach(() => vi.restoreAllMocks());

test('a secret in an error, its hint or a warning is masked on stderr', () => {
  const printed = capturePrinted(process.stderr);
  sayError(new PflowError('node_failed', `Node 's' failed: ${TOKEN}`, { hint: `Bearer ${TOKEN}` }));
  warn(`the header "X-Api-Key: ${TOKEN}" was ignored`);
  expect(printed()).toBe(
    [
      "pflow: Node 's' failed: [secret:github-token]",
      '  Bearer [secret:github-token]',
      'pflow: warning: the header "X-Api-Key: [secret:github-token]" was ignored',
      '',
    ].join('\n'),
  );
});

test('the result of a run is printed unchanged', () => {
  const printed = capturePrinted(process.stdout);
  printResult(`token: ${TOKEN}`);
  expect(printed()).toBe(`token: ${TOKEN}\n`);
});
