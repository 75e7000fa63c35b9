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

/** The After tab of the first node, fully expanded, with the cursor on `name`. */
const onName = () => new TestScreen(events).press('j', 'enter', '3', 'E', 'G');

test('yy copies the value, yk its key, and yp its path in template syntax', () => {
  const at = onName().press('y', 'y', 'y', 'k', 'y', 'p');
  expect(at.effects).toEqual([
    { type: 'copy', what: 'value', text: 'Ann' },
    { type: 'copy', what: 'key', text: 'name' },
    { type: 'copy', what: 'path', text: 'read.content.rows[0].name' },
  ]);
});

test('yj copies the whole store at the moment that the tab shows', () => {
  const at = new TestScreen(events).press('G', 'enter', '2', 'y', 'j', '3', 'y', 'j');
  const copied = at.effects.map((effect) => ('text' in effect ? JSON.parse(effect.text) : effect));
  const read = { content: { rows: [{ name: 'Ann' }] } };
  expect(copied).toEqual([{ read }, { read, ask: { response: 'fine' } }]);
});

test('yank copies the whole prompt with control characters made visible', () => {
  const [copy] = new TestScreen(events).press('G', 'enter', '5', 'y', 'y').effects;
  expect(copy).toEqual({ type: 'copy', what: 'value', text: 'Shorten this:\n\tline␛]52;c;aGk=␇ two' });
});

test('yank in the tree copies the name, the path and the store of the node', () => {
  const at = new TestScreen(events).press('j', 'y', 'k', 'y', 'p', 'y', 'j');
  expect(at.effects.map((effect) => ('text' in effect ? effect.text.split('\n')[0] : ''))).toEqual([
    'read',
    'read',
    '{',
  ]);
});

test('y shows the keys that complete it, and any other key cancels it', () => {
  const at = onName().press('y');
  expect(at.lines().at(-1)).toBe(' yy value  yk key  yp path  yj snapshot');
  at.press('q');
  expect(at.effects).toEqual([]);
  expect(at.ui.screens).toEqual(['tree', 'inspector']);
  expect(at.press('q').ui.screens).toEqual(['tree']);
});

test('yank copies nothing when there is no value, and a toast states it', () => {
  const at = new TestScreen([]).press('y', 'y');
  expect(at.effects).toEqual([]);
  expect(at.lines().at(-1)).toContain('There is nothing to take here.');
  expect(at.press('j').lines().at(-1)).not.toContain('nothing to take');
});

test('p prints the whole tab, expanded', () => {
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

test('a path with keys that template syntax cannot express stays a JSON pointer', () => {
  expect(templatePath('/a/b c/0')).toBe('/a/b c/0');
  expect(templatePath('/a/b/0/c')).toBe('a.b[0].c');
});

test('copied text keeps newlines and tabs and makes all other invisible characters visible', () => {
  expect(copiedText('a\tb\nc\r\x9b31m\u202ed')).toBe('a\tb\nc␍‹U+009B›31m‹U+202E›d');
  expect(copiedText({ a: '\u001b[2J' })).toBe('{\n  "a": "\\u001b[2J"\n}');
});
