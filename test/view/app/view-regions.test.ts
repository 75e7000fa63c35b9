import { expect, test } from 'vitest';
import { viewRegions } from '../../../src/view/app/view-regions.js';
import { composeLines, regionNames, type RegionName } from '../../../src/view/base/regions.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const events = buildTrace((t) => {
  t.stage('workflow', () => {
    t.node('read', {}, () => void t.phase('exec', 40));
    t.node('ask', { nodeType: 'llm' }, () => void t.llm({ ms: 900, input: 1200, output: 80, text: 'Yes.' }));
  });
});

function openScreen(columns = 120) {
  const screen = new TestScreen(events, { columns });
  const regions = () => viewRegions(screen.run, screen.ui, screen.viewport);
  /** The regions whose lines are new after the keys. */
  const changedBy = (...keys: string[]): readonly RegionName[] => {
    const before = regions();
    screen.press(...keys);
    const after = regions();
    return regionNames.filter((name) => before[name] !== after[name]);
  };
  return { screen, regions, changedBy };
}

test('a key that moves the selection leaves the header and the stage bar as they are', () => {
  const { changedBy } = openScreen();
  const changed = changedBy('j');
  expect(changed).toContain('list');
  expect(changed).not.toContain('header');
  expect(changed).not.toContain('stageBar');
});

test('a dialog covers the tabs, the list and the context pane', () => {
  const { screen, regions } = openScreen();
  screen.press('?');
  const { tabs, list, context, dialog, header, footer } = regions();
  expect([tabs, list, context]).toEqual([[], [], []]);
  expect([header.length, dialog.length, footer.length]).toEqual([1, 36, 1]);
});

test.each([40, 79, 120, 200])('at %i columns the regions fill the frame exactly', (columns) => {
  const { screen, regions } = openScreen(columns);
  for (const key of ['1', '2', '3', '4', '5', '?']) {
    screen.press(key);
    expect(composeLines(regions()).length).toBe(screen.viewport.rows);
  }
});
