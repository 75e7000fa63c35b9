import { expect, test } from 'vitest';
import { z } from 'zod';
import { PflowError } from '../../../src/lib/error.js';
import { createOfflineClient } from '../../../src/llm/offline/offline-client.js';
import { answerByRule, instructionForms } from '../../../src/llm/offline/offline-text.js';
import type { LlmRequest } from '../../../src/llm/client/client.js';

const text = `# Kettles

Kettles boil water for tea. A kettle with a thermostat stops when the water boils. Tea needs water that boils.
The cat slept on the mat. Write to jo@kettle.example or see [the guide](https://kettle.example/guide).

## Care

Descale kettles monthly, since scale in kettles slows how water boils. https://kettle.example/scale.`;

const signal = new AbortController().signal;
const ask = (request: LlmRequest, skills = {}) => createOfflineClient(skills).request(request, { signal });

test('a summary has the requested number of sentences, given in digits or words', () => {
  const count = (instruction: string) =>
    answerByRule(`${instruction}\n\n${text}`).split(/(?<=[.!?]) (?=[A-Z])/).length;
  expect(count('Summarize the following text in 2 sentences:')).toBe(2);
  expect(count('Summarise this article in one sentence.')).toBe(1);
  expect(count('Please summarize the file in a single sentence')).toBe(1);
  expect(count('Summarize:')).toBe(3);
  expect(answerByRule(`Summarize the following text in 2 bullet points:\n\n${text}`)).toMatchInlineSnapshot(`
    "- Kettles boil water for tea.
    - A kettle with a thermostat stops when the water boils."
  `);
});

test('counts, headings, links, emails and keywords are extracted by rules', () => {
  expect(answerByRule('Count the words in the following text:\none two three')).toBe('3');
  expect(answerByRule('Count the lines of the file:\n\na\nb\n')).toBe('2');
  expect(answerByRule('Count the characters in this text: né👍🏽')).toBe('3');
  expect(answerByRule('Count the number of sentences in the text:\nOne is here. Two is there.')).toBe('2');
  expect(answerByRule(`List the headings of the document:\n\n${text}`)).toBe('Kettles\nCare');
  expect(answerByRule(`Extract the links from the following text:\n\n${text}`)).toBe(
    'https://kettle.example/guide\nhttps://kettle.example/scale',
  );
  expect(answerByRule(`Extract all email addresses from the text:\n\n${text}`)).toBe('jo@kettle.example');
  expect(answerByRule(`List 3 keywords of the following text:\n\n${text}`)).toBe('kettle\nboil\nwater');
  expect(answerByRule('Extract the links from the following text:\nnothing here')).toBe('None found.');
});

test('every documented form matches exactly one pattern', () => {
  for (const { form, pattern } of instructionForms) {
    const instruction = form.replace(/:$/, '').replace(/\bN\b/, '5');
    expect(instruction).toMatch(pattern);
    expect(instructionForms.filter((other) => other.pattern.test(instruction))).toHaveLength(1);
  }
});

test('an instruction beyond the rules is refused with the instruction and a way out', async () => {
  const refused = [
    'Translate the following text to French:\n\nHello.',
    'Summarize the key risks for a lawyer:\n\nText.',
    'Summarize the following text in French:\n\nText.',
    'Summarize the text and translate it:\n\nText.',
    'Summarize the following text in 3 sentences for children:\n\nText.',
    'Why is the sky blue?',
    'Count the words that are verbs in the text:\n\nText.',
    '',
  ];
  for (const prompt of refused) {
    const failure = await ask({ prompt }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'needs_model',
      hint: expect.stringContaining('ANTHROPIC_API_KEY'),
    });
    expect((failure as PflowError).message).toContain(prompt.split('\n')[0]!.replace(/[:.]$/, ''));
  }
});

test('a system prompt or an image is refused by the rules, not silently ignored', async () => {
  const prompt = `Summarize:\n\n${text}`;
  await expect(ask({ prompt, system: 'Answer in French.' })).rejects.toMatchObject({
    code: 'needs_model',
    message: expect.stringContaining('Answer in French.'),
  });
  await expect(ask({ prompt, images: ['a.png'] })).rejects.toMatchObject({ code: 'needs_model' });
});

test('an instruction without a text, or with a text without sentences, is an error', () => {
  expect(() => answerByRule('Summarize the following text:')).toThrow(
    "There is no text below 'Summarize the following text'.",
  );
  expect(() => answerByRule('Summarize the following text:\n\n```js\nlet a = 1;\n```')).toThrow(
    'no sentences to choose from',
  );
});

test('no rule takes quadratic time in the length of the text', () => {
  const size = 200_000;
  const outcome = (prompt: string): string => {
    try {
      return answerByRule(prompt) && 'answered';
    } catch (error) {
      return (error as PflowError).code;
    }
  };
  // prettier-ignore
  const units = ['Word is here. ', 'a', ' ', '[', '![', '](', '`', '*', '_a', '<p', '<!--', '<table>', '# ', '- ', 'a@', 'A. ', '"', '\n', '|'];
  for (const text of units.map((unit) => unit.repeat(size / unit.length))) {
    for (const instruction of [
      'Summarize',
      'Extract the links from the text',
      'List the emails of the text',
      'List the headings of the text',
    ]) {
      expect(['answered', 'needs_model']).toContain(outcome(`${instruction}:\n${text}`));
    }
  }
  expect(answerByRule(`Count the characters in this text:\n${'a b. '.repeat(size / 5)}`)).toBe(
    String(size - 1),
  );
});

test('a response by rules is free and has estimated tokens', async () => {
  const client = createOfflineClient({});
  expect(client).toMatchObject({ provider: 'offline', model: 'rules', free: true });
  expect(await ask({ prompt: 'Count the words in this text: a b' })).toEqual({
    text: '2',
    finishReason: 'stop',
    model: 'rules',
    usage: { input: 9, output: 1, total: 10, source: 'estimate', convention: 'inclusive', warnings: [] },
    usageOrigin: 'estimated',
  });
});

test('a structured request is dispatched to the skill of its task, and its response is validated', async () => {
  const schema = z.object({ length: z.number() });
  const skills = {
    measure: (input: unknown, prompt: string) => ({ length: (input as string).length + prompt.length }),
    wrong: () => ({ length: 'long' }),
    refuses: () => {
      throw new PflowError('cannot_plan', "'fly' is not a step that the rules know.");
    },
  };
  const question = (name: string) =>
    ask({ prompt: 'ab', schema, task: { name, input: 'abc' }, system: 'plan' }, skills);
  expect(await question('measure')).toMatchObject({
    object: { length: 5 },
    text: '{"length":5}',
    usageOrigin: 'estimated',
  });
  await expect(question('refuses')).rejects.toMatchObject({ code: 'cannot_plan' });
  await expect(question('wrong')).rejects.toMatchObject({ code: 'internal' });
  await expect(question('toString')).rejects.toMatchObject({ code: 'needs_model' });
  await expect(ask({ prompt: 'What is it?', schema })).rejects.toMatchObject({ code: 'needs_model' });
});
