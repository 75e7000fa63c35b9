import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ANY_INDEX,
  compileTemplate,
  followPath,
  type Lookup,
} from '../../../src/workflow/format/template.js';

const over =
  (root: unknown): Lookup =>
  (path) =>
    followPath(root, path);

const render = (value: unknown, root: unknown) => compileTemplate(value).render(over(root));

test('a value that consists of one template keeps the type of what it refers to', () => {
  const root = { read: { list: [1, { name: 'x' }], none: null, yes: true } };
  expect(render('${read.list}', root)).toBe(root.read.list);
  expect(render('${read.list[1].name}', root)).toBe('x');
  expect(render('${read.none}', root)).toBeNull();
  expect(render('${read.yes}', root)).toBe(true);
});

test('a template within text is converted to text', () => {
  const root = { a: { n: 1.5, none: null, list: [1, 'b'], object: { k: 'v' }, yes: false } };
  expect(render('<${a.n}|${a.none}|${a.list}|${a.object}|${a.yes}>', root)).toBe(
    '<1.5||[1,"b"]|{"k":"v"}|false>',
  );
});

test('names may contain hyphens, underscores, digits and letters of any script', () => {
  const root = { 'my-node_2': { 'größe-1': 7 }, _x: 1 };
  expect(render('${my-node_2.größe-1} ${_x}', root)).toBe('7 1');
});

test('$$ escapes a template', () => {
  expect(render('$${x}', { x: 1 })).toBe('${x}');
  expect(render('$${x} ${x} $$${x}', { x: 1 })).toBe('${x} 1 $${x}');
});

test('text that is not a valid template is kept literally', () => {
  for (const text of [
    '${HOME:-/root}',
    '${#list[@]}',
    '${}',
    '${ a }',
    '${a.}',
    '${a..b}',
    '${a[b]}',
    '$a',
    '${a',
    '${1a}',
    "${a ?? 'b'}",
    '${a ?? "b}',
    '${a ?? "\\x"}',
    '${"a" ?? b}',
    '${a ??}',
    '${a ?? 01}',
    '${a[${b + 1}]}',
  ]) {
    expect(render(text, {})).toBe(text);
  }
});

test('templates in objects and lists are rendered recursively into new objects', () => {
  const source = {
    headers: { auth: 'Bearer ${key}', plain: 1 },
    list: ['${key}', ['${key}']],
    date: new Date(0),
  };
  const template = compileTemplate(source);
  const first = template.render(over({ key: 'k' }));
  expect(first).toEqual({ headers: { auth: 'Bearer k', plain: 1 }, list: ['k', ['k']], date: source.date });
  expect(first).not.toBe(template.render(over({ key: 'k' })));
  expect(template.references.map(({ text }) => text)).toEqual(['${key}', '${key}', '${key}']);
});

test('a key named __proto__ stays data', () => {
  const value = JSON.parse('{"__proto__": {"polluted": "${x}"}}') as object;
  const result = render(value, { x: 1 }) as object;
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":1}}');
});

test('a path resolves own properties only', () => {
  for (const step of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    expect(followPath({ a: {} }, ['a', step]).found).toBe(false);
    expect(followPath({ a: [1] }, ['a', step]).found).toBe(false);
  }
  expect(followPath({ a: [1] }, ['a', 'length']).found).toBe(false);
  expect(followPath(Object.assign(Object.create(null) as object, { a: 1 }), ['a'])).toEqual({
    found: true,
    value: 1,
  });
  expect(followPath(JSON.parse('{"__proto__": 5}'), ['__proto__'])).toEqual({ found: true, value: 5 });
});

test('a path into a text parses the text as JSON', () => {
  expect(render('${llm.response.titles[1]}', { llm: { response: ' {"titles": ["a", "b"]}' } })).toBe('b');
  expect(followPath({ a: '{broken' }, ['a', 'x'])).toEqual({
    found: false,
    hint: "There is no 'x' in text.",
  });
});

test('the error of an unresolved template lists the available names', () => {
  const root = { fetch: { response: 1, status_code: 200 }, list: [1], empty: {}, none: null };
  const message = (text: string) => {
    try {
      return render(text, root);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect([
    message('${fetch.email}'),
    message('a ${fetch.response.email}'),
    message('${list[3]}'),
    message('${list.name}'),
    message('${empty.x}'),
    message('${none.x}'),
  ]).toMatchInlineSnapshot(`
    [
      "\${fetch.email} has no value. There is no 'email'. There are: response, status_code.",
      "\${fetch.response.email} has no value. There is no 'email' in a number.",
      "\${list[3]} has no value. There is no [3]: the list has 1 element, counted from 0.",
      "\${list.name} has no value. There is no 'name': it is a list, whose elements are [0] and so on.",
      "\${empty.x} has no value. There is no 'x': the object is empty.",
      "\${none.x} has no value. There is no 'x' in an empty value.",
    ]
  `);
});

test('permissive mode keeps an unresolved template literally', () => {
  const template = compileTemplate({ one: '${a.b}', text: 'x ${a.b} ${c}' });
  expect(template.render(over({ c: 3 }), { permissive: true })).toEqual({
    one: '${a.b}',
    text: 'x ${a.b} 3',
  });
});

test('?? resolves to the first operand that exists, and a literal always exists', () => {
  const root = { a: { none: null, n: 0 }, list: ['x', 'y'] };
  expect(render('${b.x ?? a.y ?? a.n}', root)).toBe(0);
  expect(render('${b ?? "te \\"xt\\" ?? b"}', root)).toBe('te "xt" ?? b');
  for (const literal of ['null', 'true', 'false', '-1.5', '0', '[]', '{}'])
    expect(render(`\${b ?? ${literal}}`, root)).toEqual(JSON.parse(literal));
  expect(render('<${b??list[1]}>', root)).toBe('<y>');
  expect(render('${b ?? trueish}', { trueish: 1 })).toBe(1);
  expect(compileTemplate('${a.b ?? c ?? "d"}').references).toEqual([
    { text: '${a.b}', path: ['a', 'b'] },
    { text: '${c}', path: ['c'] },
  ]);
});

test('when no operand of ?? exists, the error lists the available names for each', () => {
  expect(() => render('${a.x ?? b}', { a: { y: 1 } })).toThrow(
    "${a.x ?? b} has no value. There is no 'x'. There are: y. There is no 'b'. There are: a.",
  );
  expect(compileTemplate('${a ?? b}').render(over({}), { permissive: true })).toBe('${a ?? b}');
});

test('an index may be a template', () => {
  const root = { list: [{ n: 'a' }, { n: 'b' }], i: 1, at: { last: 0 }, word: 'x' };
  expect(render('${list[${i}].n}${list[${at.last}].n}', root)).toBe('ba');
  expect(compileTemplate('${list[${at.last}].n}').references).toEqual([
    { text: '${list[${at.last}].n}', path: ['list', ANY_INDEX, 'n'] },
    { text: '${at.last}', path: ['at', 'last'] },
  ]);
  expect(() => render('${list[${word}]}', root)).toThrow(
    '${list[${word}]} has no value. ${word} is not an array index (a whole number from 0).',
  );
  expect(() => render('${list[${j}]}', root)).toThrow("There is no 'j'.");
  expect(() => render('${list[${at.last}][5]}', root)).toThrow("There is no '5'.");
});

test('any text with escaped templates renders to itself', () => {
  const pieces = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('$', '${', '$${', '}', 'a', '.', '${a}', '[0]')),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      expect(render(text.split('${').join('$${'), {})).toBe(text);
    }),
  );
});

test('any JSON value at any path resolves, with its type when alone and as text within text', () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/);
  const path = fc.tuple(name, fc.array(fc.oneof(name, fc.nat(3)), { maxLength: 4 }));
  fc.assert(
    fc.property(path, fc.jsonValue(), (drawn, value) => {
      const steps = [drawn[0], ...drawn[1]];
      const root = steps.reduceRight<unknown>(
        (inner, step) =>
          typeof step === 'number'
            ? Array.from({ length: step + 1 }, () => inner)
            : Object.fromEntries([[step, inner]]),
        value,
      );
      const text = `\${${steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : i ? `.${step}` : step)).join('')}}`;
      expect(compileTemplate(text).references).toEqual([{ text, path: steps }]);
      expect(render(text, root)).toEqual(value);
      const asText = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
      expect(render(`<${text}>`, root)).toBe(`<${asText}>`);
    }),
  );
});

test('any JSON value without templates renders to itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('${'));
      expect(render(value, {})).toEqual(value);
    }),
  );
});

test('JSON text is parsed when a template is the only content of an object or list element', () => {
  const root = { json: '{"n":1}', list: ' [1]', text: 'a {b}', number: '5' };
  expect(render({ a: '${json}', b: ['${list}', '${text}', '${number}'] }, root)).toEqual({
    a: { n: 1 },
    b: [[1], 'a {b}', '5'],
  });
  expect(render('${json}', root)).toBe('{"n":1}');
  expect(render({ a: 'x ${json}', b: '$${json}' }, root)).toEqual({ a: 'x {"n":1}', b: '${json}' });
});

test('the error of a value that cannot be converted to text states the cause: a cycle or nesting', () => {
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  expect(() => render('x ${v}', { v: cyclic })).toThrow('A value that refers to itself cannot become text.');
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
  expect(() => render('x ${v}', { v: deep })).toThrow(
    'A value that is nested too deeply cannot become text.',
  );
});

test('?? skips null operands and yields null when no operand has a value', () => {
  const root = { none: null, x: 1 };
  expect(render('${none ?? "a"}', root)).toBe('a');
  expect(render('${none ?? x}', root)).toBe(1);
  expect(render('${none ?? gone}', root)).toBeNull();
});
