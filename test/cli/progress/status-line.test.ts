import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { StatusLine } from '../../../src/cli/progress/status-line.js';

/** A stream that writes to an emulated terminal. */
function emulated(columns: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows: 10, allowProposedApi: true });
  const stream = Object.assign(new EventEmitter(), {
    columns,
    write: (text: string) => {
      terminal.write(text.replaceAll('\n', '\r\n'));
      return true;
    },
  });
  const screen = () =>
    new Promise<string[]>((resolve) =>
      terminal.write('', () => {
        const { active } = terminal.buffer;
        const rows = Array.from({ length: active.length }, (_, y) => active.getLine(y)!);
        resolve(rows.map((row) => row.translateToString(true)).filter(Boolean));
      }),
    );
  const resize = async (width: number) => {
    await screen();
    terminal.resize(width, 10);
    stream.columns = width;
    stream.emit('resize');
  };
  return { stream: stream as unknown as NodeJS.WriteStream, screen, resize };
}

test('what is printed replaces the line, which is drawn again below it', async () => {
  const { stream, screen } = emulated(40);
  let line = 'one';
  const status = new StatusLine({ stream, others: [], render: () => line });
  stream.write('first\n');
  status.update();
  expect(await screen()).toEqual(['first', 'one']);
  stream.write('second\n');
  line = 'longer than one';
  status.update();
  line = 'two';
  status.update();
  expect(await screen()).toEqual(['first', 'second', 'two']);
  status.close();
  expect(await screen()).toEqual(['first', 'second']);
});

test('the line waits while a printed line is not finished', async () => {
  const { stream, screen } = emulated(40);
  const status = new StatusLine({ stream, others: [], render: () => 'busy' });
  stream.write('half a ');
  status.update();
  expect(await screen()).toEqual(['half a ']);
  stream.write('line\n');
  status.update();
  expect(await screen()).toEqual(['half a line', 'busy']);
});

test('a terminal that becomes narrower or wider keeps nothing of the former line', async () => {
  const { stream, screen, resize } = emulated(60);
  const status = new StatusLine({
    stream,
    others: [],
    render: (columns) => `${'x'.repeat(columns - 1)}|`,
  });
  stream.write('above\n');
  status.update();
  for (const width of [25, 58, 12, 40]) {
    await resize(width);
    expect(await screen()).toEqual(['above', `${'x'.repeat(width - 2)}|`]);
  }
});
