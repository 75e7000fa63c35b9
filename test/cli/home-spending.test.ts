/** What coding agents spent, from the first start of pflow on a terminal. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';
import { openPflow } from '../support/pflow-terminal.js';

const shows = (text: string) => (screen: string[]) => screen.some((row) => row.includes(text));

/** A session of Claude Code that was used today. */
function sessionLog(): string {
  const at = (second: number) => new Date(Date.now() - 60_000 + 1000 * second).toISOString();
  const common = { sessionId: 's-1', cwd: '/home/u/app' };
  return [
    {
      ...common,
      type: 'user',
      timestamp: at(0),
      uuid: 'u1',
      message: { role: 'user', content: 'fix the login bug' },
    },
    {
      ...common,
      type: 'assistant',
      timestamp: at(5),
      uuid: 'u2',
      requestId: 'r1',
      message: {
        id: 'm1',
        role: 'assistant',
        model: 'claude-haiku-4-5',
        content: [{ type: 'text', text: 'Fixed: the token had expired.' }],
        usage: { input_tokens: 1_000_000, output_tokens: 1000 },
      },
    },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

test('pflow without arguments asks once, shows what a coding agent spent, and opens its session', async () => {
  const place = workspace();
  mkdirSync(join(place.folder, '.claude/projects/-home-u-app'), { recursive: true });
  place.write('.claude/projects/-home-u-app/s-1.jsonl', sessionLog());
  const terminal = openPflow(place, []);
  await terminal.waitFor(shows('Claude Code: 1 log'), 'the question');
  terminal.write('y');
  await terminal.waitFor(shows('API-equivalent $1.01'), 'the spending');
  terminal.write('s');
  await terminal.waitFor(shows('fix the login bug'), 'the sessions');
  terminal.write('\r');
  await terminal.waitFor(shows('imported: claude-code'), 'the session in the profiler');
  terminal.write('L');
  await terminal.waitFor(shows('by session'), 'the home screen');
  terminal.write('q');
  expect((await terminal.exit).code).toBe(0);
  const settings = readFileSync(join(place.folder, '.home', 'settings.json'), 'utf8');
  expect(JSON.parse(settings)).toEqual({ traces: { sessions: 'read' } });

  const again = openPflow(place, []);
  await again.waitFor(shows('API-equivalent $1.01'), 'the spending at the second start');
  again.write('q');
  await again.exit;
});
