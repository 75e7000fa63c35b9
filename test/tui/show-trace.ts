// Shows a trace file full-screen, as `pflow tui --trace` would: the program that the tests run in a real terminal.
import { readFileSync } from 'node:fs';
import { createHistory } from '../../src/profile/store/store-history.js';
import type { TraceEvent } from '../../src/trace/event/event.js';
import { testPrices } from '../support/prices.js';

process.env['NODE_ENV'] = 'production';
const { runTui } = await import('../../src/tui/run-tui.js');
const [path = '', mode = 'replay', upTo] = process.argv.slice(2);

const say = (line: string) => void process.stdout.write(`${line}\n`);
const history = createHistory({ prices: testPrices });
const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
const events = lines
  .slice(0, upTo === undefined ? undefined : Number(upTo))
  .map((line) => JSON.parse(line) as TraceEvent);
for (const event of events) history.apply(event);

const result = await runTui({
  source: { state: () => history.state, now: () => history.state.lastAt, history, subscribe: () => () => {} },
  stdin: process.stdin,
  stdout: process.stdout,
  env: process.env,
  live: mode === 'live',
  linesSince: (run, seq) => [`told from ${seq} to ${run.events}`],
  control: { cancel: () => say('cancel was asked for') },
  onReady: async (tui) => {
    if (mode === 'throw')
      setImmediate(() => {
        throw new Error('thrown outside the screen');
      });
    if (mode !== 'ask') return;
    const choice = await tui.ask({
      title: 'Run it?',
      lines: ['It writes report.txt.'],
      choices: [
        { key: 'y', label: 'Run' },
        { key: 'n', label: 'Leave' },
      ],
    });
    tui.close();
    say(`chosen ${choice}`);
  },
});
say(`left by ${result.reason}${result.reason === 'signal' ? ` ${result.signal}` : ''}`);
