import { expect, test } from 'vitest';
import {
  asFields,
  fieldNames,
  firstPresent,
  getField,
  hasAny,
  parseIfJson,
  toList,
} from '../../../src/usage/fields/fields.js';
import { readCounts } from '../../../src/usage/fields/read-counts.js';
import {
  isCountName,
  isTokenName,
  lookUpField,
  lookUpObject,
  type Context,
} from '../../../src/usage/fields/synonyms.js';
import { splitWords } from '../../../src/usage/fields/words.js';

class Usage {
  inputTokens = 1;
  get outputTokens(): number {
    return 2;
  }
  reset(): void {
    this.inputTokens = 0;
  }
}

class Detailed extends Usage {
  get reasoningTokens(): number {
    return 3;
  }
}

test('only objects have fields', () => {
  for (const value of [null, undefined, 1, 'a', [], () => 1]) expect(asFields(value)).toBeUndefined();
  const fields = { a: 1 };
  expect(asFields(fields)).toBe(fields);
});

test('the fields of an instance are its own and the getters of its classes', () => {
  expect(fieldNames(new Detailed() as never)).toEqual(['inputTokens', 'reasoningTokens', 'outputTokens']);
  expect(fieldNames({ a: 1 })).toEqual(['a']);
  expect(fieldNames(Object.assign(Object.create(null), { a: 1 }))).toEqual(['a']);
});

test('a path that ends early and a getter that throws have no value', () => {
  expect(getField({ a: { b: 1 } }, 'a', 'b')).toBe(1);
  expect(getField({ a: 'text' }, 'a', 'length')).toBeUndefined();
  expect(getField(null, 'a')).toBeUndefined();
  const hostile = {
    get a(): number {
      throw new Error('no');
    },
  };
  expect(getField(hostile, 'a')).toBeUndefined();
});

test('null is no value', () => {
  expect(hasAny({ a: null, b: 0 }, 'a')).toBe(false);
  expect(hasAny({ a: null, b: 0 }, 'a', 'b')).toBe(true);
  expect(firstPresent({ a: null, b: 0, c: 1 }, 'a', 'b', 'c')).toBe(0);
  expect(firstPresent({}, 'a')).toBeUndefined();
});

test('a list is copied, and anything else is an empty list', () => {
  const list = [1];
  expect(toList(list)).toEqual(list);
  expect(toList(list)).not.toBe(list);
  expect(toList({ length: 1 })).toEqual([]);
});

test('only text of a JSON object is parsed', () => {
  expect(parseIfJson(' {"a": 1}')).toEqual({ a: 1 });
  for (const value of ['{"a"', '[1]', 'see {"a": 1}', 'x{}', 5]) expect(parseIfJson(value)).toBe(value);
  const long = JSON.stringify({ a: 'x'.repeat(1_000_000) });
  expect(parseIfJson(long)).toBe(long);
  const longest = JSON.stringify({ a: 'x'.repeat(1_000_000 - 8) });
  expect(longest).toHaveLength(1_000_000);
  expect(parseIfJson(longest)).not.toBe(longest);
});

test('names are split into words whatever their spelling', () => {
  expect(splitWords('cacheReadTokens')).toEqual(['cache', 'read', 'tokens']);
  expect(splitWords('cache_read-input.tokens')).toEqual(['cache', 'read', 'input', 'tokens']);
  expect(splitWords('ephemeral_1h_input_tokens')).toEqual(['ephemeral', '1h', 'input', 'tokens']);
  expect(splitWords('LLMTokens')).toEqual(['llm', 'tokens']);
  expect(splitWords('_')).toEqual([]);
});

test.for<[name: string, context: Context, meaning: object]>([
  ['prompt_tokens', 'top', { role: 'input' }],
  ['text_tokens', 'top', { role: 'ignored' }],
  ['text_tokens', 'input', { role: 'ignored' }],
  ['text_tokens', 'read', { role: 'ignored' }],
  ['text_tokens', 'cache', { role: 'cacheRead' }],
  ['text_tokens', 'tools', {}],
  ['video_tokens', 'read', { role: 'ignored' }],
  ['video_tokens', 'input', { role: 'inputVideo' }],
  ['video_tokens', 'top', {}],
  ['audio_tokens', 'read', { role: 'cacheReadAudio' }],
  ['cached_tokens', 'input', { role: 'cacheRead' }],
  ['cached_tokens', 'output', {}],
  ['image', 'top', { role: 'images' }],
  ['image', 'output', { role: 'outputImage' }],
  ['created', 'top', { role: 'ignored' }],
  ['input_tokens', 'tool', { role: 'ignored' }],
  ['input_tokens', 'parts', { role: 'ignored' }],
  ['reasoning_tokens', 'parts', { role: 'reasoning' }],
  ['reasoning_tokens', 'input', {}],
  ['total_tokens', 'top', { role: 'total' }],
  ['tokens', 'top', { role: 'total' }],
  ['total_time', 'top', { role: 'ignored' }],
  ['cost', 'top', { role: 'ignored' }],
  ['input_output_tokens', 'top', {}],
  ['read_tokens', 'top', {}],
  ['widget_tokens', 'top', {}],
  ['flex', 'input', { role: 'ignored', tier: 'flex' }],
  ['flex_cached_tokens', 'input', { role: 'cacheRead', tier: 'flex' }],
  ['priority', 'output', { role: 'ignored', tier: 'priority' }],
  ['flex_tokens', 'top', {}],
  ['cache_miss_tokens', 'top', { role: 'uncached' }],
  ['cache_read_write_tokens', 'top', {}],
  ['ephemeral_5m_input_tokens', 'write', { role: 'cacheWrite5m' }],
])('the field %s in the context %s means %j', ([name, context, meaning]) => {
  expect(lookUpField(name, context)).toEqual(meaning);
});

test.for<[name: string, context: string]>([
  ['prompt_tokens_details', 'input'],
  ['completionTokensDetails', 'output'],
  ['input_output_details', 'unknown'],
  ['input', 'unknown'],
  ['cache_creation', 'write'],
  ['cache_read', 'read'],
  ['server_tool_use', 'tools'],
  ['details', 'parts'],
  ['raw', 'skip'],
  ['cost_details', 'skip'],
  ['time_info', 'skip'],
  ['widget_details', 'unknown'],
])('an object %s has the context %s', ([name, context]) => {
  expect(lookUpObject(name)).toBe(context);
});

test('names of tokens and of counts are known by any of their words', () => {
  expect(isTokenName('inputTokens')).toBe(true);
  expect(isTokenName('input')).toBe(false);
  for (const name of ['odd_tokens', 'tool_calls', 'search_units', 'sources', 'cached'])
    expect(isCountName(name)).toBe(true);
  for (const name of ['created', 'index', 'subcalls', 'callsign', 'resources'])
    expect(isCountName(name)).toBe(false);
});

test('numbers that the table does not explain are listed by their path, summed and bounded', () => {
  expect(
    readCounts({ input_tokens: 1, widget_tokens: 2, nested_widgets: { a_tokens: 3 } }).unconsumed,
  ).toEqual({
    widget_tokens: 2,
    'nested_widgets.a_tokens': 3,
  });
  expect(readCounts({ widget_tokens: 0, b: null }).unconsumed).toEqual({});
  const many = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`widget_${'a'.repeat(i)}_tokens`, 1]),
  );
  expect(Object.keys(readCounts(many).unconsumed)).toHaveLength(20);
  const [long] = Object.keys(readCounts({ [`widget_${'a'.repeat(200)}_tokens`]: 1 }).unconsumed);
  expect(long).toHaveLength(100);
});

test('of a whole response only numbers with names of counts are listed', () => {
  const response = { input_tokens: 1, widget: 2, widget_tokens: 3, nested_widgets: { a_tokens: 3 } };
  expect(readCounts(response, { bare: true }).unconsumed).toEqual({ widget_tokens: 3 });
  expect(readCounts(response).unconsumed).toEqual({
    widget: 2,
    widget_tokens: 3,
    'nested_widgets.a_tokens': 3,
  });
});

test('the same count under two names is the larger one, and the elements of a list are added', () => {
  expect(readCounts({ prompt_tokens: 3, input_tokens: 5 }).counts).toEqual({ input: 5 });
  const list = readCounts({
    promptTokensDetails: [
      { modality: 'AUDIO', tokenCount: 3 },
      { modality: 'AUDIO', tokenCount: 4 },
      'noise',
      { modality: 'TEXT', tokenCount: 9 },
    ],
  });
  expect(list.counts).toEqual({ inputAudio: 7 });
  expect(
    readCounts({ promptTokensDetails: [{ modality: 'AUDIO', label: 3, tokenCount: 'x' }] }).counts,
  ).toEqual({ inputAudio: 'x' });
});

test('objects are read four levels deep', () => {
  const nested = (depth: number): object =>
    depth === 0 ? { widget_tokens: 1 } : { widgets: nested(depth - 1) };
  expect(readCounts(nested(4) as never).unconsumed).toEqual({
    'widgets.widgets.widgets.widgets.widget_tokens': 1,
  });
  expect(readCounts(nested(5) as never).unconsumed).toEqual({});
});

test('a tier is named by the counts that are prefixed with it, if they count anything', () => {
  expect(readCounts({ input_tokens_details: { flex: 3 } }).tier).toBe('flex');
  expect(readCounts({ input_tokens_details: { flex: 0 } }).tier).toBeUndefined();
  expect(readCounts({ input_tokens_details: { cached_tokens: 3 } }).tier).toBeUndefined();
});

test('fields without a value are not among the names', () => {
  expect([...readCounts({ input_tokens: 1, output_tokens: null, note: 'x' }).names]).toEqual([
    'input_tokens',
    'note',
  ]);
});
