/** A process that saves, trusts, sets and prunes in a loop until it is killed: `PFLOW_HOME=<home> node kill-writer.mjs <debug>`. */
import { randomUUID } from 'node:crypto';
import { saveScreenSetting } from '../../src/cli/args/save-settings.js';
import { trustFolder } from '../../src/cli/trust/trust-store.js';
import { pruneTraces } from '../../src/trace/files/prune-traces.js';
import { formatTraceFileName } from '../../src/trace/files/trace-file-name.js';
import { TraceFile } from '../../src/trace/write/trace-file.js';
import { getPidSpace } from '../../src/trace/write/writer-process.js';
import { saveWorkflow } from '../../src/workflow/library/library.js';
import { buildTrace } from '../support/trace-builder.js';
import { workflowOf } from './saved-by-writer.js';

const debug = process.argv[2]!;
const fail = (message: string) => {
  throw new Error(message);
};

for (let round = 0; ; round++) {
  saveWorkflow(workflowOf(round), { replace: true });
  trustFolder({ folder: `/project/${round % 50}`, hash: `${round}`.padStart(64, '0') });
  saveScreenSetting('context', round % 2 ? 'below' : 'right');
  const run = randomUUID();
  const startedAt = new Date();
  const file = new TraceFile(debug, formatTraceFileName('x', startedAt, run), fail);
  const ask = { input: 1, output: 1 };
  for (const event of buildTrace((t) => t.stage('workflow', () => t.node('ask', {}, () => t.llm(ask))), {
    run,
    startedAt: startedAt.toISOString(),
    pid: process.pid,
    pidSpace: getPidSpace(),
  }))
    file.write(event);
  file.close();
  pruneTraces(debug, { keep: 5, maxBytes: Infinity });
  if (round === 0) process.stdout.write('ready\n');
}
