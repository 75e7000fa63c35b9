import { mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForUpdate } from '@pydantic/genai-prices';
import { expect, onTestFinished, test } from 'vitest';
import { PflowError } from '../../../src/lib/error.js';
import { updatePrices } from '../../../src/pricing/data/update-prices.js';
import { costOf } from '../../../src/pricing/price-call.js';
import { loadPrices, newerDataPath } from '../../../src/pricing/table/load-prices.js';
import type { Usage } from '../../../src/usage/record/usage.js';

const usage: Usage = {
  input: 1_000_000,
  output: 0,
  source: 'test',
  convention: 'inclusive',
  warnings: [],
};

function home(): { folder: string; overridePath: string; write(name: string, content: unknown): string } {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-prices-'));
  return {
    folder,
    overridePath: join(folder, 'home', 'pricing.json'),
    write: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
  };
}

const newer = {
  source: 'a newer pflow',
  date: '2027-01-01',
  models: {
    'openai/gpt-5': {
      input: 1,
      cacheRead: 0.125,
      output: 10,
      webSearchPer1k: 10,
      fileSearchPer1k: 2.5,
      aliases: ['gpt-5-chat'],
    },
    'openai/gpt-9': { input: 3, output: 12 },
  },
};

async function failure(run: Promise<unknown>): Promise<PflowError> {
  const thrown: unknown = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(PflowError);
  return thrown as PflowError;
}

test('an update writes the data, reports the changes, and is used from then on', async () => {
  const { overridePath, write } = home();
  const update = await updatePrices({ from: write('new.json', newer), overridePath });
  expect(update).toMatchObject({ date: '2027-01-01', previousDate: '2026-09-23', source: 'a newer pflow' });
  expect(update.changes).toEqual([
    {
      model: 'openai/gpt-5',
      kind: 'changed',
      details: ['input $1.25 → $1', 'the service tiers changed', 'other names changed'],
    },
    { model: 'openai/gpt-9', kind: 'added', details: ['input $3', 'output $12'] },
  ]);
  const { prices, warnings } = loadPrices({ overridePath });
  expect(warnings).toEqual([]);
  expect([prices.date, prices.source, prices.models.size]).toEqual([
    '2027-01-01',
    'a newer pflow',
    update.models,
  ]);
  expect(costOf(usage, { model: 'gpt-5', prices }).usd).toBe(1);
  expect(costOf(usage, { model: 'gpt-9', prices })).toMatchObject({ usd: 3, pricedAs: 'openai/gpt-9' });
});

test('models missing from the new data keep their prices', async () => {
  const { overridePath, write } = home();
  const before = loadPrices({ overridePath }).prices.models.size;
  const { kept, models } = await updatePrices({ from: write('new.json', newer), overridePath });
  expect([kept, models]).toEqual([before - 1, before + 1]);
  const { prices } = loadPrices({ overridePath });
  expect(costOf(usage, { model: 'claude-haiku-4-5', prices }).usd).toBe(1);
});

test('the data is replaced atomically and readable by the owner only', async () => {
  const { overridePath, write } = home();
  const { path } = await updatePrices({ from: write('new.json', newer), overridePath });
  expect(path).toBe(newerDataPath(overridePath));
  expect(readdirSync(join(path, '..'))).toEqual(['pricing-data.json']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('    "openai/gpt-9"')),
  ).toHaveLength(1);
});

test('data of genai-prices is converted, amended, and dated by its file', async () => {
  const { overridePath, write } = home();
  const providers = (await waitForUpdate())!.map(({ id, models }) => ({ id, models }));
  const openai = providers.find(({ id }) => id === 'openai')!;
  openai.models = [
    ...openai.models,
    { id: 'gpt-9', match: { equals: 'gpt-9' }, prices: { input_mtok: 3, output_mtok: 12 } },
  ];
  const from = write('data.json', providers);
  utimesSync(from, new Date('2026-12-24'), new Date('2026-12-24'));
  const update = await updatePrices({ from, overridePath });
  expect([update.date, update.changes]).toEqual([
    '2026-12-24',
    [{ model: 'openai/gpt-9', kind: 'added', details: ['input $3', 'output $12'] }],
  ]);
  const dated = await updatePrices({ from, date: '2026-12-31', overridePath });
  expect(dated.date).toBe('2026-12-31');
});

test("an update from a URL is dated by the server's Last-Modified header", async () => {
  const { overridePath } = home();
  const address = await serve(JSON.stringify([{ id: 'openai', models: [sourceModel] }]), {
    'last-modified': 'Tue, 01 Dec 2026 10:00:00 GMT',
  });
  const update = await updatePrices({ from: `${address}/data.json`, overridePath });
  expect([update.date, update.changes.map(({ model }) => model)]).toEqual(['2026-12-01', ['openai/gpt-9']]);
});

const sourceModel = { id: 'gpt-9', match: { equals: 'gpt-9' }, prices: { input_mtok: 3 } };

async function serve(body: string, headers: Record<string, string>, status = 200): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(status, headers).end(body));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.for<[content: unknown, code: string, message: RegExp]>([
  ['{', 'invalid_pricing', /is not JSON/],
  [[], 'invalid_pricing', /is not price data/],
  [{}, 'invalid_pricing', /is not price data: source: /],
  [{ ...newer, date: 'today' }, 'invalid_pricing', /date: is not a date such as 2026-09-23/],
  [{ ...newer, models: {} }, 'invalid_pricing', /models: has no models/],
  [{ ...newer, models: { 'gpt-5': {} } }, 'invalid_pricing', /models › gpt-5: /],
  [{ ...newer, models: { 'openai/x': { input: -1 } } }, 'invalid_pricing', /models › openai\/x › input: /],
  [{ ...newer, models: { 'openai/x': { input: '1' } } }, 'invalid_pricing', /models › openai\/x › input: /],
  [{ ...newer, models: { 'openai/x': { inptu: 1 } } }, 'invalid_pricing', /models › openai\/x: /],
  [{ ...newer, currency: 'EUR' }, 'invalid_pricing', /currency: /],
  [
    { ...newer, date: '2026-01-01' },
    'invalid_pricing',
    /of 2026-01-01, older than the prices in use \(2026-09-23\)/,
  ],
  [
    [{ id: 'openai', models: [{ id: 'x', match: {}, prices: {} }] }],
    'invalid_pricing',
    /0 › models › 0 › match/,
  ],
  [
    [{ id: 'openai', models: [{ ...sourceModel, prices: { input_mtok: -3 } }] }],
    'invalid_pricing',
    /is not price data/,
  ],
])('invalid data is rejected, and nothing is written: %j', async ([content, code, message]) => {
  const { overridePath, write } = home();
  const error = await failure(updatePrices({ from: write('new.json', content), overridePath }));
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  expect(loadPrices({ overridePath })).toMatchObject({ warnings: [], prices: { date: '2026-09-23' } });
});

test('an unreadable file or URL is an error that names it', async () => {
  const { overridePath } = home();
  const address = await serve('nothing here', {}, 404);
  expect(await failure(updatePrices({ from: '/nowhere/data.json', overridePath }))).toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('/nowhere/data.json'),
  });
  expect(await failure(updatePrices({ from: address, overridePath }))).toMatchObject({
    code: 'not_found',
    message: `Cannot read price data from ${address}: it answered 404 Not Found.`,
  });
});

test('a home that is not writable is an error and leaves no temporary file', async () => {
  const { folder, write } = home();
  const from = write('new.json', newer);
  write('blocked', 'a file');
  const error = await failure(updatePrices({ from, overridePath: join(folder, 'blocked', 'pricing.json') }));
  expect(error.message).toMatch(/^Cannot write .*pricing-data\.json/);
  expect(readdirSync(folder).toSorted()).toEqual(['blocked', 'new.json']);
});

test('corrupt or outdated data is a warning, and the shipped prices are used', () => {
  const { overridePath, folder, write } = home();
  const path = newerDataPath(join(folder, 'pricing.json'));
  write('pricing-data.json', '{"models": ');
  expect(loadPrices({ overridePath: join(folder, 'pricing.json') })).toMatchObject({
    prices: { date: '2026-09-23' },
    warnings: [expect.stringContaining(`${path} cannot be used: `)],
  });
  write('pricing-data.json', { ...newer, amendments: {}, sellers: {}, date: '2026-01-01' });
  expect(loadPrices({ overridePath: join(folder, 'pricing.json') })).toMatchObject({
    prices: { date: '2026-09-23' },
    warnings: [`${path} is of 2026-01-01, older than the prices that ship (2026-09-23), which are used.`],
  });
  expect(loadPrices({ overridePath }).warnings).toEqual([]);
});
