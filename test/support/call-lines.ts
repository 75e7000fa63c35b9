import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { appendLines } from '../../src/ledger/files/ledger-files.js';
import type { CallLine, LedgerLine } from '../../src/ledger/files/ledger-line.js';

let spans = 0;

/** A call of 1,000 input and 100 output tokens, which cost $0.0045. */
export function callLine(fields: Partial<CallLine> = {}): CallLine {
  const span = ++spans;
  const model = fields.model ?? 'claude-sonnet-4-5';
  return {
    v: 1,
    id: `run-1/${span}`,
    run: 'run-1',
    span,
    at: '2026-01-15T10:00:00.000Z',
    workflow: 'wf',
    node: 'ask',
    provider: 'anthropic',
    model,
    usages: [{ model, usage: { input: 1000, output: 100 } }],
    usd: 0.0045,
    ms: 100,
    status: 'ok',
    source: 'run',
    ...fields,
  };
}

/** A ledger with these lines, in a folder that is removed after the test. */
export function ledgerOf(lines: readonly LedgerLine[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  appendLines(folder, lines);
  return folder;
}

const text = fc.constantFrom('a', 'b', 'c/d', 'Größe "x", y', '=1+1');

/** Any call that a ledger of the year 2026 can contain. */
export const anyCallLine: fc.Arbitrary<CallLine> = fc
  .record(
    {
      run: fc.constantFrom('run-1', 'run-2', 'run-3'),
      at: fc
        .date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      tz: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
      workflow: text,
      node: text,
      project: text,
      prompt: fc.constantFrom('0a1b', '2c3d'),
      provider: fc.constantFrom('anthropic', 'openai', 'offline'),
      model: fc.constantFrom('claude-sonnet-4-5', 'gpt-4.1', 'unheard-of-1'),
      usd: fc.option(fc.double({ min: 0, max: 2, noNaN: true }), { nil: null }),
      input: fc.nat(5000),
      output: fc.nat(500),
      ms: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: null }),
      firstTokenMs: fc.double({ min: 0, max: 1e4, noNaN: true }),
      status: fc.constantFrom('ok', 'failed', 'cancelled', 'unfinished'),
      attempt: fc.constantFrom(2, 3),
      wasted: fc.constant(true),
      estimated: fc.constant(true),
      plan: fc.constant(true),
      source: fc.constantFrom('run', 'observed', 'imported', 'replayed'),
      tags: fc.dictionary(fc.constantFrom('team', 'env'), text),
    },
    {
      requiredKeys: ['run', 'at', 'provider', 'model', 'usd', 'input', 'output', 'ms', 'status', 'source'],
    },
  )
  .map(({ input, output, ...fields }) =>
    callLine({ ...fields, usages: [{ model: fields.model, usage: { input, output } }] } as Partial<CallLine>),
  );
