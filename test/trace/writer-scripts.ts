import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { TRACE_FORMAT, TRACE_VERSION } from '../../src/trace/event/event-format.js';
import { TraceFile } from '../../src/trace/write/trace-file.js';
import { PhaseStarted } from '../../src/trace/event/compact-event.js';
import { TraceLog } from '../../src/trace/write/event-log.js';

/** A program: writes a trace into the folder given as its first argument, in the way named by its second. */
const [folder, script] = process.argv.slice(2) as [string, string];
const say = (text: string): void => void writeSync(1, `${text}\n`);

const file = new TraceFile(folder, 'trace.jsonl', (message) => say(`warning: ${message}`));
const log = new TraceLog();
log.writeTo((reported) => file.write(reported));
log.append({
  type: 'run.started',
  format: TRACE_FORMAT,
  version: TRACE_VERSION,
  run: '0a1b2c3d-0000-4000-8000-000000000001',
  startedAt: new Date().toISOString(),
  pflow: '0.1.0',
  pid: process.pid,
  name: 'writer',
  params: {},
  flags: { simulated: false, capture: 'preview', redact: true },
});

const progress = (text = ''): void =>
  log.append({ type: 'log.written', span: 1, stream: 'stdout', text: `${text} – grüße, 漢字, 👋` });

switch (script) {
  case 'fill':
    for (let i = 0; i < 2000; i++) {
      progress('x'.repeat(80));
      if (i % 10 === 0) await turn();
    }
    file.close();
    say('done');
    break;
  case 'tick':
    for (;;) {
      progress();
      say(`${log.all.length - 1} ${Date.now()}`);
      await sleep(5);
    }
  case 'hang':
    log.append({ type: 'span.started', span: 1, kind: 'node', name: 'loop' });
    log.append(new PhaseStarted(2, 'exec', 1));
    say('hanging');
    for (;;);
  case 'exit':
    for (let i = 0; i < 1000; i++) {
      progress();
      if (i === 500) await turn();
    }
    process.on('exit', () => file.flushNow());
    process.exit(3);
  case 'run':
    for (let i = 0; i < 3; i++) {
      await once(process.stdin, 'data');
      for (let j = 0; j < 400; j++) progress('€'.repeat(i + j));
    }
    log.append({ type: 'run.finished', status: 'ok' });
    file.close();
    process.stdin.destroy();
}
