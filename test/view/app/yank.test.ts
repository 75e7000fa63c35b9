import { expect, test } from 'vitest';
import { copiedText, templatePath } from '../../../src/view/app/yank.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

const prompt = 'Shorten this:\n\tline\x1b]52;c;aGk=\x07 two';
const events = buildTrace((t) =>
  t.stage('workflow', () => {
    t.node(
      'read',
      { nodeType: 'read-file' },
      () => void t.set({ '/read/content': { rows: [{ name: 'Ann' }] } }),
    );
    t.node('ask', { nodeType: 'llm' }, () => {
      t.llm({ ms: 10, input: 10, output: 5, prompt });
      t.set({ '/ask/response': 'fine' });
    });
  }),
);

/** The After tab of the first node, everything open, with the cursor on the name. */
const onName = () => new TestScreen(events).press('j', 'enter', '3', 'E', 'G');

test('y y copies the value, y k its key, y p its path as workflows write it', () => {
  const at = onName().press('y', 'y', 'y', 'k', 'y', 'p');
  expect(at.effects).toEqual([
    { type: 'copy', what: 'value', text: 'Ann' },
    { type: 'copy', what: 'key', text: 'name' },
    { type: 'copy', what: 'path', text: 'read.content.rows[0].name' },
  ]);
});

test('y j copies the whole store of the moment that the tab is about', () => {
  const at = new TestScreen(events).press('G', 'enter', '2', 'y', 'j', '3', 'y', 'j');
  const copied = at.effects.map((effect) => ('text' in effect ? JSON.parse(effect.text) : effect));
  const read = { content: { rows: [{ name: 'Ann' }] } };
  expect(copied).toEqual([{ read }, { read, ask: { response: 'fine' } }]);
});

test('the prompt is copied whole, without what could act on a terminal', () => {
  const [copy] = new TestScreen(events).press('G', 'enter', '5', 'y', 'y').effects;
  expect(copy).toEqual({ type: 'copy', what: 'value', text: 'Shorten this:\n\tline␛]52;c;aGk=␇ two' });
});

test('in the tree the name, the path and the store of a node are copied', () => {
  const at = new TestScreen(events).press('j', 'y', 'k', 'y', 'p', 'y', 'j');
  expect(at.effects.map((effect) => ('text' in effect ? effect.text.split('\n')[0] : ''))).toEqual([
    'read',
    'read',
    '{',
  ]);
});

test('after y the keys that can follow are shown, and any other key does nothing', () => {
  const at = onName().press('y');
  expect(at.lines().at(-1)).toBe(' yy value  yk key  yp path  yj snapshot');
  at.press('q');
  expect(at.effects).toEqual([]);
  expect(at.ui.screens).toEqual(['tree', 'inspector']);
  expect(at.press('q').ui.screens).toEqual(['tree']);
});

test('what is not there is not copied', () => {
  const at = new TestScreen([]).press('y', 'y');
  expect(at.effects).toEqual([]);
  expect(at.lines().at(-1)).toContain('There is nothing to take here.');
  expect(at.press('j').lines().at(-1)).not.toContain('nothing to take');
});

test('p prints the whole tab, unfolded', () => {
  const [print] = new TestScreen(events).press('j', 'enter', '3', 'p').effects;
  expect(print).toMatchInlineSnapshot(`
    {
      "text": "read, After
     ▾ read: { 1 key
       ▾ content: { 1 key
         ▾ rows: [ 1 item
           ▾ 0: { 1 key
               name: "Ann"
    ",
      "type": "print",
      "what": "After",
    }
  `);
});

test('a path with unusual keys stays a pointer', () => {
  expect(templatePath('/a/b c/0')).toBe('/a/b c/0');
  expect(templatePath('/a/b/0/c')).toBe('a.b[0].c');
});

test('copied text keeps its lines and tabs and nothing else that is invisible', () => {
  expect(copiedText('a\tb\nc\r\x9b31m\u202ed')).toBe('a\tb\nc␍‹U+009B›31m‹U+202E›d');
  expect(copiedText({ a: '\u001b[2J' })).toBe('{\n  "a": "\\u001b[2J"\n}');
});
