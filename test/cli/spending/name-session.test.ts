/** What the Spending tab shows of a session, and the file by which it opens. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nameSession } from '../../../src/cli/spending/name-session.js';
import { findSessionFile } from '../../../src/cli/spending/session-file.js';

function fileOf(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-session-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

test('a session is named after its first prompt, which is not what a program has sent for its user', () => {
  const user = (content: unknown) => ({ type: 'user', message: { role: 'user', content } });
  const lines = [
    user('<system-reminder>x</system-reminder>'),
    user([{ type: 'text', text: 'fix "it"\nnow' }]),
  ];
  expect(nameSession(fileOf('a.jsonl', lines.map((each) => JSON.stringify(each)).join('\n')))).toBe(
    'fix "it"',
  );
});

test('a document of Gemini CLI that is longer than what is read of it is named all the same', () => {
  const messages = [
    { id: 'u', timestamp: '2026-06-01T10:00:00Z', type: 'user', content: 'explain "this"' },
    { id: 'g', timestamp: '2026-06-01T10:00:01Z', type: 'gemini', content: 'x'.repeat(100_000) },
  ];
  for (const indent of [0, 2])
    expect(nameSession(fileOf('a.json', JSON.stringify({ sessionId: 's', messages }, null, indent)))).toBe(
      'explain "this"',
    );
});

test('the messages of an opencode session lead to its document, which has its title', () => {
  const session = fileOf('storage/session/project-1/ses_1.json', '{"id":"ses_1","title":"Rename the flag"}');
  const storage = dirname(dirname(dirname(session)));
  const message = join(storage, 'message', 'ses_1', 'msg_1.json');
  expect(findSessionFile(message)).toBe(session);
  expect(nameSession(session)).toBe('Rename the flag');
  expect(findSessionFile(join(storage, 'message', 'ses_2', 'msg_1.json'))).toContain('msg_1.json');
  expect(findSessionFile('/home/u/.codex/sessions/2026/06/01/rollout-1.jsonl')).toContain('rollout-1.jsonl');
});
