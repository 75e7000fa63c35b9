/** A process that executes and enters small runs in sequence: `node writer.mjs <home> <count>`. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { enterAbandoned } from '../../../src/ledger/enter/enter-traces.js';
import { openEntry } from '../../../src/ledger/enter/enter-run.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { formatTraceFileName } from '../../../src/trace/files/trace-file-name.js';
import { TraceFile } from '../../../src/trace/write/trace-file.js';
import { getPidSpace } from '../../../src/trace/write/writer-process.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';

const [, , home = '', count = '0'] = process.argv;
const ledger = join(home, 'ledger');
const fail = (message: string) => {
  throw new Error(message);
};

await enterAbandoned(ledger, testPrices);
for (let i = 0; i < Number(count); i++) {
  const run = randomUUID();
  const startedAt = new Date();
  const events = buildTrace(
    (t) =>
      t.stage('workflow', () =>
        t.node('ask', {}, () => {
          t.llm({ input: 1000 + i, output: 10 });
          t.llm({ input: 7, output: 1, model: 'gpt-4.1', provider: 'openai' });
        }),
      ),
    { run, startedAt: startedAt.toISOString(), pid: process.pid, pidSpace: getPidSpace() },
  );
  const file = new TraceFile(join(home, 'debug'), formatTraceFileName('x', startedAt, run), fail);
  const entry = openEntry(ledger, { run, at: startedAt.toISOString(), trace: file.path }, fail);
  for (const event of events) {
    file.write(event);
    file.flushNow();
  }
  file.close();
  entry.enter(reduceEvents(events, { prices: testPrices }), file.path);
  process.stdout.write(`${run}\n`);
}
