import { expect, test } from 'vitest';
import { buildTrace, type TraceBuilder } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

function threeNodes(t: TraceBuilder): void {
  t.stage('workflow', () => {
    t.node('read', { nodeType: 'read-file' }, () => {
      t.phase('exec', 5);
      t.set({ '/read/content': { title: 'A', parts: ['one', 'two'] } });
    });
    t.node('ask', { nodeType: 'llm' }, () => {
      t.phase('exec', () => {
        t.attempt(1, () => void t.llm({ ms: 10, fails: 'overloaded' }), { fails: 'overloaded' });
        t.attempt(2, () => void t.llm({ ms: 10, input: 10, output: 5 }));
      });
      t.set({ '/ask/response': 'deep inside' });
    });
    t.node('save', { nodeType: 'write-file', fails: 'disk full' }, () => void t.wait(3));
  });
}

const screen = (options?: ConstructorParameters<typeof TestScreen>[1]) =>
  new TestScreen(buildTrace(threeNodes), options);

test('j and k, arrows, g and G move the selection', () => {
  const at = screen();
  expect(at.selected).toBe('▾✓ workflow');
  expect(at.press('j', 'down').selected).toBe('▸✓ ask ↻2');
  expect(at.press('k').selected).toBe('▸✓ read');
  expect(at.press('G').selected).toBe('✗ save');
  expect(at.press('down', 'down').selected).toBe('✗ save');
  expect(at.press('g', 'k').selected).toBe('▾✓ workflow');
});

test('l expands a row and then selects its first child, h selects the parent and collapses it', () => {
  const at = screen().press('j', 'j', 'l');
  expect(at.selected).toBe('▾✓ ask ↻2');
  expect(at.press('l').selected).toBe('▾✓ exec');
  expect(at.press('l').selected).toBe('▾✗ attempt 1');
  expect(at.press('h', 'h').selected).toBe('▾✓ exec');
  expect(at.press('h', 'h').selected).toBe('▾✓ ask ↻2');
  expect(at.press('h').selected).toBe('▸✓ ask ↻2');
});

test('the selection stays on its span when rows are inserted above it', () => {
  const at = screen().press('j', 'j', 'j');
  expect(at.selected).toBe('✗ save');
  at.ui = { ...at.ui, folds: { all: 'open', toggled: new Set() } };
  expect(at.selected).toBe('✗ save');
});

test('follow mode selects the newest node until the user moves the selection', () => {
  const events = buildTrace(threeNodes, { open: true });
  const upTo = (count: number, ui?: TestScreen['ui']) => {
    const at = new TestScreen(events.slice(0, count), { live: true });
    if (ui) at.ui = ui;
    return at;
  };
  const readStarts = events.findIndex((event) => event.type === 'span.started' && event.name === 'read') + 1;
  const first = upTo(readStarts);
  expect(first.selected).toMatch(/read$/);
  expect(upTo(events.length, first.ui).selected).toMatch(/save$/);
  const moved = first.press('k').ui;
  expect(upTo(events.length, moved).selected).toMatch(/workflow$/);
  expect(upTo(events.length, moved).press('f').selected).toMatch(/save$/);
});

test('a selected planned node stays selected when it starts', () => {
  const events = buildTrace((t) => {
    t.stage('workflow', () => {
      t.plan([
        { id: 'a', type: 'echo' },
        { id: 'b', type: 'echo' },
      ]);
      t.node('a', {});
      t.node('b', {});
    });
  });
  const beforeB = events.findIndex((event) => event.type === 'span.started' && event.name === 'b');
  const at = new TestScreen(events.slice(0, beforeB), { live: true }).press('down');
  expect(at.press('down').selected).toBe('· b');
  const later = new TestScreen(events, { live: true });
  later.ui = at.ui;
  expect(later.selected).toBe('✓ b');
});

test('the search filter shows only matching rows and their ancestors, and Esc clears it', () => {
  const at = screen().press('/').type('sav');
  expect(at.lines().filter((line) => /[✓✗] (workflow|read|ask|save)/.test(line))).toHaveLength(2);
  expect(at.press('enter', 'n').selected).toBe('✗ save');
  expect(
    at
      .press('esc')
      .lines()
      .filter((line) => /[✓✗] ask .*20ms/.test(line)),
  ).toHaveLength(1);
});

test('keys typed in the search field are text, not commands', () => {
  expect(screen().press('/').type('qq').effects).toEqual([]);
});

test('r selects the next error', () => {
  expect(screen().press('r').selected).toBe('✗ save');
});

test('q quits from the tree and goes back one screen everywhere else', () => {
  const at = screen().press('enter', 'q');
  expect(at.effects).toEqual([]);
  expect(at.press('?', 'q').effects).toEqual([]);
  expect(at.press('q').effects).toEqual([{ type: 'quit' }]);
});

test('Ctrl-C cancels the run from every screen', () => {
  for (const keys of [[], ['enter'], ['?'], ['/']]) {
    expect(screen().press(...keys, 'ctrl+c').effects).toEqual([{ type: 'cancel' }]);
  }
});

test('space pauses a live run and has no effect on a recorded one', () => {
  expect(screen({ live: true }).press('space').effects).toEqual([{ type: 'pause' }]);
  expect(screen().press('space').effects).toEqual([]);
});

test('number keys select tabs, and J selects the next row and keeps the tab', () => {
  const at = screen().press('j', 'enter', '3');
  expect(at.line('content')).toContain('content: {');
  at.press('J');
  expect(at.lines().join()).toContain('deep inside');
  expect(at.ui.tab).toBe('After');
  expect(at.press('tab').ui.tab).toBe('Diff');
  expect(at.press('shift+tab', 'shift+tab').ui.tab).toBe('Before');
});

test('keys expand and collapse the JSON tree under the cursor', () => {
  const at = screen().press('j', 'enter', '3', 'j', 'enter');
  expect(at.line('content')).toContain('▸ content: {…} 2 keys · 35 B');
  at.press('l', 'C', 'l', 'j', 'l');
  expect(at.line('parts')).toContain('▸ parts: […] 2 items');
  at.press('E');
  expect(at.line('0: "one"')).toBeTruthy();
  at.press('C');
  expect(at.lines().filter((line) => line.includes('▸'))).toHaveLength(2);
});

test('a search in the inspector finds values in collapsed collections and expands them', () => {
  const at = screen().press('j', 'enter', '3', '/').type('two').press('enter');
  expect(at.line('1: "two"')).toBeTruthy();
  expect(at.ui.pane.cursor).toBe('store/read/content/parts/1');
});

test('w opens the node that wrote the key under the cursor', () => {
  const at = screen().press('G', 'enter', '2');
  expect(at.line('ask:')).toBeTruthy();
  at.press('w');
  expect(at.lines().join('\n')).toContain(' read · read-file');
  expect(at.ui.tab).toBe('After');
});

test('Esc returns from the writer of a key to the key, and then leaves the inspector', () => {
  const at = screen().press('G', 'enter', '2');
  const before = at.lines();
  at.press('w');
  expect(at.line('read · read-file')).toContain('Esc back to save');
  expect(at.press('esc').lines()).toEqual(before);
  expect(at.press('esc').ui.screens).toEqual(['tree']);
});

test("a dialog is answered by a choice's key or by arrows and Enter, and dismissed by Esc", () => {
  const asked = () => {
    const at = screen();
    const choices = [
      { key: 'y', label: 'Run' },
      { key: 'n', label: 'Leave' },
    ];
    at.ui = { ...at.ui, screens: ['tree', 'confirm'], dialog: { title: 'Run it?', lines: [], choices } };
    return at;
  };
  expect(asked().press('y').effects).toEqual([{ type: 'answer', choice: 'y' }]);
  expect(asked().press('right', 'enter').effects).toEqual([{ type: 'answer', choice: 'n' }]);
  expect(asked().press('esc').effects).toEqual([{ type: 'answer', choice: undefined }]);
  expect(asked().press('x', 'j').effects).toEqual([]);
  expect(asked().press('esc').ui.screens).toEqual(['tree']);
});

test('help lists every key and scrolls', () => {
  const at = screen({ columns: 80, rows: 18 }).press('?');
  expect(at.lines().join('\n')).toContain('Zoom in on the selected row');
  expect(at.press('G').lines().join('\n')).not.toContain('Zoom in on the selected row');
  expect(at.press('esc').line('▾✓ workflow')).toBeTruthy();
});
