import { expect, test } from 'vitest';
import {
  diagnoseCache,
  type CacheCause,
  type CachedCall,
} from '../../../src/insights/advice/cache-doctor.js';
import type { RequestPart } from '../../../src/trace/record/prompt-parts.js';

/** Parts from `role:name*kB`: equal names have equal contents. */
function partsOf(text: string): RequestPart[] {
  return text.split(' ').map((each) => {
    const [, role, name, size = '4'] = /^(\w+):(\w+)(?:\*([\d.]+))?$/.exec(each)!;
    const bytes = Number(size) * 1000;
    return { role: role!, chars: bytes, bytes, sha256: `${name}${size}` };
  });
}

let spans = 0;

/** A call of a second; a token is 4 bytes. Options are written as `key=value`. */
function callOf(text: string, startedAt: number, options: Partial<CachedCall> = {}): CachedCall {
  const parts = partsOf(text);
  return {
    span: ++spans,
    provider: 'anthropic',
    model: 'claude-sonnet-5',
    startedAt,
    finishedAt: startedAt + 1000,
    parts,
    input: parts.reduce((sum, { bytes }) => sum + bytes, 0) / 4,
    cacheRead: 0,
    cacheWrite: 0,
    keepsHour: false,
    ...options,
  };
}

type Side = Readonly<{ text: string; at?: number } & Partial<CachedCall>>;

function causeOf(first: Side, second: Side): CacheCause | undefined {
  const { text, at = 0, ...options } = first;
  const { text: later, at: laterAt = 2000, ...others } = second;
  return diagnoseCache(callOf(later, laterAt, others), [callOf(text, at, options)])?.cause;
}

const whole = 'tools:t*8 system:s*8 user:q1*4';
const grown = `${whole} assistant:a1*2 user:q2*2`;
const minutes = 60_000;

test.each<[CacheCause, string, Side, Side]>([
  ['tools-changed', 'a tool was added', { text: whole }, { text: 'tools:t2*9 system:s*8 user:q1*4 user:q2' }],
  ['tools-changed', 'the tools were removed', { text: whole }, { text: 'system:s*8 user:q1*4' }],
  [
    'tools-changed',
    'tools were offered for the first time',
    { text: 'system:s*8 user:q1*4' },
    { text: whole },
  ],
  [
    'tools-changed',
    'tools and system changed',
    { text: `${whole} user:h*8` },
    { text: 'tools:u*8 system:z*8 user:q1*4 user:h*8' },
  ],
  [
    'system-changed',
    'a date in the system prompt',
    { text: whole },
    { text: 'tools:t*8 system:s2*8 user:q1*4' },
  ],
  ['system-changed', 'the system prompt was removed', { text: whole }, { text: 'tools:t*8 user:q1*4' }],
  ['system-changed', 'a system prompt was added', { text: 'tools:t*8 user:q1*4' }, { text: whole }],
  [
    'system-changed',
    'instructions of a developer',
    { text: 'developer:d*8 user:h*8' },
    { text: 'developer:e*8 user:h*8' },
  ],
  [
    'system-changed',
    'a short system prompt before a long history',
    { text: 'system:s*1 user:h*20' },
    { text: 'system:z*1 user:h*20' },
  ],
  [
    'history-rewritten',
    'the first message changed',
    { text: `${whole} user:h*8` },
    { text: 'tools:t*8 system:s*8 user:x*4 user:h*8' },
  ],
  [
    'history-rewritten',
    'a message in the middle was summarized',
    { text: grown },
    { text: 'tools:t*8 system:s*8 user:q1*4 assistant:b*1 user:q2*2' },
  ],
  [
    'history-rewritten',
    'the last message changed',
    { text: grown },
    { text: `${whole} assistant:a1*2 user:z*2` },
  ],
  [
    'history-rewritten',
    'old messages were dropped',
    { text: grown },
    { text: 'tools:t*8 system:s*8 assistant:a1*2 user:q2*2' },
  ],
  ['history-rewritten', 'the history was truncated at its end', { text: grown }, { text: whole }],
  [
    'history-rewritten',
    'a system message after messages changed',
    { text: 'system:s*8 user:q*8 system:m*1' },
    { text: 'system:s*8 user:q*8 system:n*1' },
  ],
  [
    'model-changed',
    'another model of the provider',
    { text: whole },
    { text: grown, model: 'claude-haiku-4-5' },
  ],
  [
    'model-changed',
    'the model and the system prompt',
    { text: whole },
    { text: 'tools:t*8 system:z*8 user:q1*4', model: 'claude-haiku-4-5' },
  ],
  ['provider-changed', 'another provider', { text: whole }, { text: grown, provider: 'aws' }],
  [
    'provider-changed',
    'another provider and model',
    { text: whole },
    { text: grown, provider: 'openai', model: 'gpt-5' },
  ],
  ['expired', 'after 6 minutes', { text: whole }, { text: grown, at: 6 * minutes }],
  ['expired', 'after a day', { text: whole }, { text: grown, at: 1440 * minutes }],
  [
    'expired',
    'after 61 minutes of a cache of an hour',
    { text: whole, keepsHour: true },
    { text: grown, at: 61 * minutes },
  ],
  ['unknown', 'within the lifetime', { text: whole }, { text: grown }],
  ['unknown', 'within the hour', { text: whole, keepsHour: true }, { text: grown, at: 59 * minutes }],
  ['unknown', 'only a small part was read', { text: whole }, { text: grown, cacheRead: 1024 }],
  ['unknown', 'parts are not recorded', { text: whole, cacheWrite: 5000 }, { text: grown, parts: undefined }],
  [
    'unknown',
    'parts of the earlier call are not recorded',
    { text: whole, parts: undefined, cacheRead: 5000 },
    { text: grown },
  ],
  [
    'below-minimum',
    'a prompt of 900 tokens, sent again',
    { text: 'system:s*3 user:q*0.6' },
    { text: 'system:s*3 user:q*0.6' },
  ],
  [
    'below-minimum',
    'a short prompt with a new question',
    { text: 'system:s*3 user:q*0.6' },
    { text: 'system:s*3 user:r*0.6' },
  ],
  ['cold', 'the earlier call still runs', { text: whole, finishedAt: undefined }, { text: whole, at: 500 }],
  ['cold', 'the earlier call finished later', { text: whole }, { text: whole, at: 999 }],
  [
    'cold',
    'in parallel with other questions',
    { text: `${whole} user:x` },
    { text: `${whole} user:y`, at: 10 },
  ],
])('%s: %s', (cause, _what, first, second) => {
  expect(causeOf(first, second)).toBe(cause);
});

test.each<[string, Side, Side]>([
  ['everything common was read', { text: whole }, { text: grown, cacheRead: 5000 }],
  ['all but a step of 128 tokens was read', { text: whole }, { text: grown, cacheRead: 4872 }],
  ['less than the minimum is missing', { text: whole }, { text: grown, cacheRead: 3977 }],
  ['another prompt without a common part', { text: 'user:a*20' }, { text: 'user:b*20' }],
  [
    'items of a batch with a short common system prompt',
    { text: 'system:s*1 user:a*20' },
    { text: 'system:s*1 user:b*20' },
  ],
  ['a common part of 1,000 tokens', { text: 'system:s*4 user:a*8' }, { text: 'system:s*4 user:b*8' }],
  ['the same words in another role', { text: 'system:s*8' }, { text: 'user:s*8' }],
  [
    'tools changed, but nothing else is common',
    { text: 'tools:t*8 user:a*4' },
    { text: 'tools:u*8 user:b*4' },
  ],
  [
    'the tools changed and the rest was read',
    { text: whole },
    { text: 'tools:u*8 system:s*8 user:q1*4', cacheRead: 3000 },
  ],
  [
    'another model that read from its own cache',
    { text: whole },
    { text: grown, model: 'claude-haiku-4-5', cacheRead: 5000 },
  ],
  [
    'read after ten minutes all the same',
    { text: whole },
    { text: grown, at: 10 * minutes, cacheRead: 5000 },
  ],
  ['a short prompt that is new', { text: 'user:a*2' }, { text: 'user:b*2' }],
  ['a short prompt, mostly new', { text: 'system:s*1 user:a*2' }, { text: 'system:s*1 user:b*2' }],
  ['an empty request', { text: 'user:a*0' }, { text: 'user:a*0' }],
  ['unrecorded parts of which nothing was cached', { text: whole }, { text: grown, parts: undefined }],
  [
    'unrecorded parts, all read',
    { text: whole, cacheWrite: 5000 },
    { text: grown, parts: undefined, cacheRead: 5000 },
  ],
  ['unrecorded parts of a small cache', { text: whole, cacheWrite: 900 }, { text: grown, parts: undefined }],
  [
    'a rewritten end of a history whose beginning was read',
    { text: grown },
    { text: `${whole} assistant:a1*2 user:z*2`, cacheRead: 5500 },
  ],
  ['parallel calls without a common part', { text: 'user:a*20' }, { text: 'user:b*20', at: 0 }],
  [
    'a summary in place of the whole history',
    { text: 'system:s*1 user:h*30' },
    { text: 'system:s*1 user:k*5' },
  ],
])('no miss: %s', (_what, first, second) => {
  expect(causeOf(first, second)).toBeUndefined();
});

test('the first call of a node has nothing to compare with', () => {
  expect(diagnoseCache(callOf(whole, 0), [])).toBeUndefined();
});

test('the position is the first differing part with the bytes before it, and the tokens are those of common parts', () => {
  const first = callOf(grown, 0);
  const second = callOf('tools:t*8 system:s*8 user:q1*4 assistant:b*1 user:q2*2', 2000, { cacheRead: 2000 });
  expect(diagnoseCache(second, [first])).toEqual({
    cause: 'history-rewritten',
    since: first.span,
    // 22 of 23 kB are common: 5,500 of 5,750 tokens.
    missed: 3500,
    position: { role: 'assistant', message: 2, bytes: 20_000 },
  });
});
