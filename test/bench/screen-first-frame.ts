import { openTerminal } from '../support/terminal.js';
import { median } from './measure.js';

// A program: starts pflow in a real terminal on a trace and prints the ms until its first frame is shown, as JSON.
const [trace = '', rounds = '7'] = process.argv.slice(2);
const figures: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const began = performance.now();
  const args = ['dist/main.js', 'tui', '--trace', trace];
  const terminal = openTerminal({ command: process.execPath, args });
  await terminal.waitFor((screen) => (screen[0] ?? '').includes('pflow ▸'), 'the first frame');
  figures.push(performance.now() - began);
  terminal.write('q');
  await terminal.exit;
}
process.stdout.write(JSON.stringify({ firstFrame: median(figures) }));
process.exit(0);
