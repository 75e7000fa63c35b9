import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findSessionFolders } from '../../../src/cli/spending/find-sessions.js';
import { SessionIndex, type IndexProgress } from '../../../src/cli/spending/session-index.js';
import type { CallLine } from '../../../src/ledger/files/ledger-line.js';
import { computeStats, type Stats } from '../../../src/ledger/stats/compute-stats.js';
import type { Dimension } from '../../../src/ledger/stats/group-key.js';
import { packageFile } from '../../../src/lib/package-file.js';
import { callLine, ledgerOf } from '../../support/call-lines.js';
import { testPrices } from '../../support/prices.js';

const settings = { allowed: true, folders: {}, paid: [] };

/** A home folder with the session logs of agents. */
function homeOf(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), 'pflow-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  }
  return home;
}

const claudeLine = (id: string, input: number, more: object = {}, second = 1) =>
  `${JSON.stringify({
    type: 'assistant',
    timestamp: `2026-06-01T10:00:0${second}.000Z`,
    sessionId: 'session-a',
    cwd: '/home/u/app',
    requestId: `req_011AAAAAAAAAAAAAAAA${id}`,
    message: {
      model: 'claude-sonnet-4-5',
      id: `msg_01BBBBBBBBBBBBBBBB${id}`,
      role: 'assistant',
      content: [{ type: 'tool_use', name: 'Read', input: {} }],
      usage: { input_tokens: input, output_tokens: 10 },
      ...more,
    },
  })}\n`;

const geminiDocument = JSON.stringify({
  sessionId: 'session-g',
  startTime: '2026-06-01T11:00:00.000Z',
  messages: [
    {
      id: 'g1',
      type: 'gemini',
      timestamp: '2026-06-01T11:00:01.000Z',
      model: 'gemini-2.5-pro',
      tokens: { input: 100, output: 5, cached: 0, thoughts: 5, tool: 0, total: 110 },
    },
  ],
});

const opencodeMessage = JSON.stringify({
  id: 'msg_1',
  role: 'assistant',
  sessionID: 'ses_1',
  providerID: 'openai',
  modelID: 'gpt-4.1',
  cost: 0.02,
  path: { cwd: '/home/u/site' },
  tokens: { input: 50, output: 7, reasoning: 0, cache: { read: 0, write: 0 } },
  time: { created: 1780311600000, completed: 1780311605000 },
});

const CLAUDE = '.claude/projects/-home-u-app/session-a.jsonl';

function statsOf(index: SessionIndex, ledger: string, by: readonly Dimension[]): Stats {
  return computeStats(ledger, {
    by,
    from: new Date('2026-05-20'),
    to: new Date('2026-06-10'),
    prices: testPrices,
    basis: 'recorded',
    more: { step: (visit) => index.visit(visit), since: index.since() },
  });
}

const rows = ({ groups }: Stats) =>
  groups.map(
    ({ now: { keys, totals, plan } }) =>
      `${keys.join(' ')}: ${totals.calls} calls, ${totals.tokens} tok, ${plan.calls} plan`,
  );

test('the default folders of all agents are found and summed up by model, session, project and tool', async () => {
  const home = homeOf({
    [CLAUDE]: claudeLine('1', 100) + claudeLine('2', 200, {}, 2),
    '.gemini/tmp/abc/chats/session-1.json': geminiDocument,
    '.local/share/opencode/storage/message/ses_1/msg_1.json': opencodeMessage,
    '.codex/sessions/2026/06/01/rollout-1.jsonl': '',
    '.pi/agent/sessions/x/1.jsonl': '',
  });
  const where = findSessionFolders(settings, { HOME: home });
  expect(where.map(({ agent }) => agent)).toEqual(['claude-code', 'codex', 'gemini', 'opencode', 'pi']);
  const ledger = ledgerOf([]);
  const index = new SessionIndex(where, ledger);
  expect(await index.update()).toBe(true);
  expect(rows(statsOf(index, ledger, ['workflow', 'model']))).toEqual([
    'Claude Code claude-sonnet-4-5: 2 calls, 320 tok, 2 plan',
    'opencode gpt-4.1: 1 calls, 57 tok, 0 plan',
    'Gemini CLI gemini-2.5-pro: 1 calls, 110 tok, 1 plan',
  ]);
  expect(rows(statsOf(index, ledger, ['project', 'tool']))).toEqual([
    '/home/u/app Read: 2 calls, 320 tok, 2 plan',
    '/home/u/site : 1 calls, 57 tok, 0 plan',
    ' : 1 calls, 110 tok, 1 plan',
  ]);
  expect(rows(statsOf(index, ledger, ['session'])).map((row) => row.split(':')[0])).toEqual([
    'session-a',
    'ses_1',
    'session-g',
  ]);
  // A subscription has a total of its own.
  const { total } = statsOf(index, ledger, ['model']);
  expect(total.now.totals.usd).toBeCloseTo((50 * 2 + 7 * 8) / 1e6, 12);
  expect(total.now.plan.usd).toBeGreaterThan((300 * 3 + 20 * 15) / 1e6 - 1e-12);
});

test("the environment's folders, the settings' folders and agents that are paid by call are respected", async () => {
  const home = homeOf({ [`a/projects/p/s.jsonl`]: claudeLine('1', 100), 'b/x/s.jsonl': claudeLine('2', 5) });
  const ledger = ledgerOf([]);
  const read = async (env: NodeJS.ProcessEnv, more: object) => {
    const index = new SessionIndex(findSessionFolders({ ...settings, ...more }, env), ledger);
    await index.update();
    return rows(statsOf(index, ledger, ['workflow']));
  };
  const env = { HOME: '/nowhere', CLAUDE_CONFIG_DIR: join(home, 'a') };
  expect(await read(env, {})).toEqual(['Claude Code: 1 calls, 110 tok, 1 plan']);
  expect(await read(env, { paid: ['claude-code'] })).toEqual(['Claude Code: 1 calls, 110 tok, 0 plan']);
  expect(await read(env, { folders: { 'claude-code': [join(home, 'b')] } })).toEqual([
    'Claude Code: 1 calls, 15 tok, 1 plan',
  ]);
  expect(await read({ HOME: '/nowhere' }, {})).toEqual([]);
});

test('logs that grow, shrink, appear or go away change the index, in this process and in the next', async () => {
  const home = homeOf({ [CLAUDE]: claudeLine('1', 100) });
  const where = findSessionFolders(settings, { HOME: home });
  const ledger = ledgerOf([]);
  const path = join(home, CLAUDE);
  let second = 1_780_000_000;
  const change = (write: () => void) => {
    write();
    utimesSync(path, ++second, second);
  };
  const index = new SessionIndex(where, ledger);
  const expectAll = async (tokens: number) => {
    const again = new SessionIndex(where, ledger);
    for (const each of [index, again]) {
      await each.update();
      expect(statsOf(each, ledger, ['model']).total.now.totals.tokens).toBe(tokens);
    }
    expect(await index.update()).toBe(false);
  };
  await expectAll(110);
  // The last line of a message has its usage.
  change(() => appendFileSync(path, claudeLine('1', 150)));
  await expectAll(160);
  change(() => appendFileSync(path, claudeLine('2', 30)));
  await expectAll(200);
  change(() => writeFileSync(path, claudeLine('3', 7)));
  await expectAll(17);
  const other = path.replace('session-a', 'session-b');
  writeFileSync(other, claudeLine('4', 1));
  await expectAll(28);
  rmSync(other);
  await expectAll(17);
});

test("each message of opencode counts, and pi's own estimate of a cost is no part of the sum", async () => {
  const message = (input: number) => opencodeMessage.replace('"input":50', `"input":${input}`);
  const pi = {
    type: 'message',
    id: 'a1',
    parentId: null,
    timestamp: '2026-06-01T12:00:00.000Z',
    message: {
      role: 'assistant',
      provider: 'openai',
      model: 'gpt-4.1',
      content: [],
      usage: {
        input: 1000,
        output: 10,
        cacheRead: 0,
        cacheWrite: 0,
        totalTokens: 1010,
        cost: { total: 77 },
      },
    },
  };
  const home = homeOf({
    '.local/share/opencode/storage/message/ses_1/msg_1.json': message(50),
    '.local/share/opencode/storage/message/ses_1/msg_2.json': message(60),
    '.pi/agent/sessions/x/1.jsonl': `${JSON.stringify(pi)}\n`,
  });
  const ledger = ledgerOf([]);
  const index = new SessionIndex(findSessionFolders(settings, { HOME: home }), ledger);
  await index.update();
  const stats = statsOf(index, ledger, ['workflow']);
  expect(rows(stats)).toEqual(['pi: 1 calls, 1010 tok, 0 plan', 'opencode: 2 calls, 124 tok, 0 plan']);
  expect(stats.total.now.totals.usd).toBeCloseTo((1110 * 2 + 24 * 8) / 1e6, 12);
});

test('a call that the ledger has from telemetry, by its request or by its counts, is counted once', async () => {
  const home = homeOf({ [CLAUDE]: claudeLine('1', 1234) + claudeLine('2', 777) + claudeLine('3', 5) });
  const usages = (input: number) => [{ model: 'claude-sonnet-4-5', usage: { input, output: 10 } }];
  const observed = { source: 'observed', provider: 'anthropic', model: 'claude-sonnet-4-5' } as const;
  const ledger = ledgerOf([
    callLine({
      ...observed,
      id: 'anthropic:req_011AAAAAAAAAAAAAAAA1',
      at: '2026-06-01T09:59:58.000Z',
      usages: usages(1234),
    }),
    callLine({
      ...observed,
      id: 'x/2',
      run: 'x',
      span: 2,
      at: '2026-06-01T09:58:00.000Z',
      usages: usages(777),
    }),
    // A day apart.
    callLine({
      ...observed,
      id: 'x/3',
      run: 'x',
      span: 3,
      at: '2026-05-31T10:00:00.000Z',
      usages: usages(5),
    }),
  ]);
  const index = new SessionIndex(findSessionFolders(settings, { HOME: home }), ledger);
  await index.update();
  expect(statsOf(index, ledger, []).total.now.totals).toMatchObject({ calls: 4, input: 1234 + 777 + 5 + 5 });
});

test('logs that threads read have the same calls, and are followed as those that this thread reads', async () => {
  const home = homeOf({
    [CLAUDE]: claudeLine('1', 100) + claudeLine('2', 200, {}, 2),
    '.claude/projects/p/b.jsonl': claudeLine('3', 5) + claudeLine('1', 100),
    '.gemini/tmp/abc/chats/session-1.json': geminiDocument,
    '.local/share/opencode/storage/message/ses_1/msg_1.json': opencodeMessage,
    '.local/share/opencode/storage/message/ses_1/msg_2.json': 'torn {',
  });
  const where = findSessionFolders(settings, { HOME: home });
  const worker = pathToFileURL(packageFile('dist', 'log-worker.js'));
  const [one, many] = [ledgerOf([]), ledgerOf([])];
  const alone = new SessionIndex(where, one);
  const threaded = new SessionIndex(where, many, { worker, from: 0 });
  const seen: IndexProgress[] = [];
  const compare = async () => {
    for (const index of [alone, threaded]) await index.update((progress) => seen.push(progress));
    const again = new SessionIndex(where, many);
    await again.update();
    for (const index of [threaded, again]) {
      const calls = (each: SessionIndex) => {
        const found: CallLine[] = [];
        for (const _ of each.visit((call) => void found.push(call)));
        return found.toSorted((a, b) => (`${a.id} ${a.trace}` < `${b.id} ${b.trace}` ? -1 : 1));
      };
      expect(calls(index)).toEqual(calls(alone));
      expect(index.sessions().toSorted()).toEqual(alone.sessions().toSorted());
      expect(rows(statsOf(index, many, ['project', 'model']))).toEqual(
        rows(statsOf(alone, one, ['project', 'model'])),
      );
    }
  };
  await compare();
  expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
  appendFileSync(join(home, CLAUDE), claudeLine('4', 4000, {}, 3));
  writeFileSync(join(home, '.claude/projects/p/c.jsonl'), claudeLine('5', 50));
  await compare();
  // A thread that does not start leaves its logs to this one.
  const broken = new SessionIndex(where, ledgerOf([]), { worker: pathToFileURL('/nowhere.js'), from: 0 });
  await broken.update();
  expect(rows(statsOf(broken, ledgerOf([]), ['model']))).toEqual(rows(statsOf(alone, one, ['model'])));
});
