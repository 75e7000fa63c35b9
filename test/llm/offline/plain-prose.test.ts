import { expect, test } from 'vitest';
import { headingsOf, proseOf } from '../../../src/llm/offline/plain-prose.js';

const readme = `---
title: Kettle
---
<p align="center"><img src="logo.png" alt="logo"></p>

# Kettle

[![build](https://ci.example/badge.svg)](https://ci.example) ![npm](https://img.example/npm.svg)

Kettle **boils** water with \`boil()\` &amp; tells you
when it is _done_. See [the guide](https://kettle.example/guide) or https://kettle.example/faq.

<!-- not for readers -->

## Install

\`\`\`sh
npm install kettle
# Not a heading
\`\`\`

- It is fast.
- [x] It never burns.
1. It sings.

| Model | Price |
| --- | --- |
| One | $10 |

> Quoted words stay.

Usage
-----

    indented code is code

snake_case_names and 2 * 3 * 4 stay as they are.

***
[guide]: https://kettle.example
`;

test('a README is reduced to its prose', () => {
  expect(proseOf(readme)).toMatchInlineSnapshot(`
    [
      "Kettle boils water with boil() & tells you when it is done. See the guide or kettle.example.",
      "It is fast.",
      "It never burns.",
      "It sings.",
      "Quoted words stay.",
      "snake_case_names and 2 * 3 * 4 stay as they are.",
    ]
  `);
});

test('headings are extracted in order in both syntaxes, and not from code', () => {
  expect(headingsOf(readme)).toEqual(['Kettle', 'Install', 'Usage']);
});

test('HTML is converted to text', () => {
  expect(
    proseOf(
      '<html><head><title>x</title></head><body><h1>Title</h1><p>First one.</p><script>no()</script><p>Then <b>two</b>.<br>Three.</p>',
    ),
  ).toEqual(['Title', 'First one.', 'Then two.', 'Three.']);
});

test('an unclosed code block extends to the end, and an empty text has no prose', () => {
  expect(proseOf('Text.\n\n```js\nconst a = 1;\n')).toEqual(['Text.']);
  expect(proseOf('')).toEqual([]);
  expect(proseOf('***\n\n| a | b |\n')).toEqual([]);
});
