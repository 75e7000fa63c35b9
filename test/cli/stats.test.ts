import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendLines } from '../../src/ledger/files/ledger-files.js';
import { callLine } from '../support/call-lines.js';
import { workspace } from '../support/cli.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

test('stats prints a table, JSON, CSV and a status line of the calls that match', async () => {
  const place = workspace();
  appendLines(join(place.env['PFLOW_HOME']!, 'ledger'), [
    callLine({ at: daysAgo(1), usd: 2, tags: { team: 'search' } }),
    callLine({ at: daysAgo(2), usd: 1, node: 'other' }),
    callLine({ at: daysAgo(40), usd: 1 }),
  ]);
  const run = async (...args: string[]) => (await place.pflow(['stats', ...args])).stdout;
  const [text, json, csv, line] = await Promise.all([
    run('--by', 'node'),
    run('--tag', 'team=search', '--output-format', 'json'),
    run('--by', 'day,model', '--output-format', 'csv', '--prices', 'current'),
    run('--statusline'),
  ]);
  expect(text).toMatch(/^last 30 days · by node · costs as recorded\n/);
  expect(text).toMatch(/\nask +1 +1,100 +\$2\.00 .*\+100 %/);
  expect(text).toMatch(/\nthe 30 days before: 1 call, \$1\.00 \(now \+200 %\)\n/);
  expect(JSON.parse(json)).toMatchObject({ total: { calls: 1, cost_usd: 2 } });
  expect(csv.split('\n')).toHaveLength(4);
  expect(csv).toContain(',claude-sonnet-4-5,1,1,0,0,0,0,,,1100,1000,100,0,0,0,false,0.0045,');
  expect(line).toMatch(/^today .+ · month .+ → ~\$\d/);
});

test.each([
  [['--by', 'colour'], 'Expected day, week, month'],
  [['--since', '1d', '--until', '2d'], '--until must be later than --since.'],
  [['--time-zone', 'Mars'], 'Expected a time zone such as Europe/Berlin'],
])('stats rejects %j', async (args, message) => {
  const { code, stderr } = await workspace().pflow(['stats', ...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('a ledger without calls says so on stderr', async () => {
  const { code, stdout, stderr } = await workspace().pflow(['stats', '--since', '7d']);
  expect([code, stdout, stderr]).toEqual([0, '', 'No calls: last 7 days · by model · costs as recorded.\n']);
});
