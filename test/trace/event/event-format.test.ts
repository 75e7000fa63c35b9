import { expect, test } from 'vitest';
import { isKnownType } from '../../../src/trace/event/event-format.js';
import { traceEventSchema } from '../../../src/trace/event/event.js';

test('the known event types are exactly those of the schema', () => {
  const types = traceEventSchema.options.map((option) => option.shape.type.value);
  expect(types.filter((type) => !isKnownType(type))).toEqual([]);
  expect(isKnownType('run.paused')).toBe(false);
  expect(isKnownType('toString')).toBe(false);
});
