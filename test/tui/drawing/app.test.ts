import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { createElement } from 'react';
import { expect, onTestFinished, test } from 'vitest';
import { App } from '../../../src/tui/drawing/app.js';
import { FrameStdout } from '../../../src/tui/drawing/frame-stdout.js';
import { createScreenStore } from '../../../src/tui/drawing/screen-store.js';
import { lineText, segment } from '../../../src/view/base/frame.js';
import {
  composeLines,
  createRegions,
  mapRegions,
  regionNames,
  type Regions,
} from '../../../src/view/base/regions.js';

class FakeTerminal extends EventEmitter {
  columns = 40;
  rows = 12;
  written = '';
  write(text: string): boolean {
    this.written += text;
    return true;
  }
  /** The lines written since the last call, by row. */
  taken(): Record<string, string> {
    const rows = [...this.written.matchAll(/\x1b\[(\d+);1H\x1b\[0m([^\x1b]*)/g)];
    this.written = '';
    return Object.fromEntries(rows.map(([, row = '', text = '']) => [row, text.trimEnd()]));
  }
}

function textRegions(texts: Partial<Record<(typeof regionNames)[number], readonly string[]>>): Regions {
  const entries = Object.entries(texts).map(([name, lines]) => [name, lines.map((text) => [segment(text)])]);
  return createRegions(Object.fromEntries(entries) as Partial<Regions>);
}

const some = textRegions({
  header: ['run'],
  tabs: ['1 2 3'],
  list: ['a │', 'b │'],
  context: ['answer', 'so far'],
  footer: ['q quit'],
});

function openApp(regions: Regions) {
  const terminal = new FakeTerminal();
  const frames = new FrameStdout(terminal);
  frames.enter();
  const store = createScreenStore(mapRegions(regions, lineText));
  const app = createElement(App, { store, marks: frames.marks });
  const ink = render(app, { stdout: frames as never, debug: true, patchConsole: false });
  onTestFinished(() => ink.unmount());
  return {
    terminal,
    store,
    show(next: Regions) {
      store.update(mapRegions(next, lineText));
      ink.rerender(app);
    },
  };
}

test.each([
  ['below', some],
  ['right-of-list', { ...some, side: 'right-of-list' }],
  ['right-of-tabs', { ...some, context: [...some.context, [segment('more')]], side: 'right-of-tabs' }],
  ['below a dialog', textRegions({ header: ['run'], dialog: ['Really?', 'y n'], footer: ['q'] })],
] as const)(
  'the components lay out the regions as the frame of the view does: context pane %s',
  (_, regions) => {
    const { terminal } = openApp(regions);
    const lines = composeLines(regions).map((line) => lineText(line).trimEnd());
    expect(Object.values(terminal.taken())).toEqual(lines);
  },
);

test('a change of one region sends its changed line, and none sends nothing', () => {
  const { terminal, show } = openApp(some);
  terminal.taken();
  show(textRegions({ ...textsOf(some), list: ['a │', 'c │'] }));
  expect(terminal.taken()).toEqual({ 4: 'c │' });
  show(textRegions({ ...textsOf(some), list: ['a │', 'c │'] }));
  expect(terminal.written).toBe('');
});

test('the context pane moves from below the list to its right and back', () => {
  const { terminal, show } = openApp(some);
  show({ ...some, side: 'right-of-tabs', context: [...some.context, [segment('more')]] });
  terminal.taken();
  show(some);
  expect(terminal.taken()).toEqual({ 2: '1 2 3', 3: 'a │', 4: 'b │', 5: 'answer', 6: 'so far', 7: 'q quit' });
});

test('the subscribers of a region that looks as before read the same lines', () => {
  const { store } = openApp(some);
  let changes = 0;
  onTestFinished(store.subscribe(() => changes++));
  const [header, list] = [store.readLines('header'), store.readLines('list')];
  store.update(mapRegions(some, lineText));
  expect(changes).toBe(0);
  store.update(mapRegions({ ...some, list: [[segment('b │')]] }, lineText));
  expect(changes).toBe(1);
  expect(store.readLines('header')).toBe(header);
  expect(store.readLines('list')).not.toBe(list);
});

function textsOf(regions: Regions) {
  return Object.fromEntries(regionNames.map((name) => [name, regions[name].map(lineText)]));
}
