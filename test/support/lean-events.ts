import fc from 'fast-check';
import {
  NodeStarted,
  ParamsResolved,
  PhaseStarted,
  phaseNames,
  SpanFinished,
  StoreChanged,
  type CompactEvent,
} from '../../src/trace/event/compact-event.js';

/** Valid stamps and span ids, and values that could be mistaken for them. */
const number = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.integer({ min: 0, max: 2 ** 45 }).map((microseconds) => microseconds / 1000),
  fc.constantFrom(0, 2 ** 30 - 1, 2 ** 30, 0.1 + 0.2, 1e21),
);
const span = fc.integer({ min: 1, max: 2 ** 40 });
const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant({ a: ['b', { c: 1.5 }] }));
const pointer = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'n/~1', '__proto__'))
  .map((key) => `/${key}`);
const param = fc.oneof(
  value.map((each) => ({ value: each })),
  fc.tuple(value, pointer).map(([each, from]) => ({ value: each, template: '${a}', from: [from] })),
);

/** Every kind of compact event, stamped with `seq` and `at` of any size. */
export const leanEvents: fc.Arbitrary<CompactEvent[]> = fc
  .array(
    fc.oneof(
      fc
        .tuple(span, fc.string(), span, fc.string())
        .map(([own, name, parent, type]) => new NodeStarted(own, name, parent, type)),
      fc
        .tuple(span, fc.constantFrom(...phaseNames), span)
        .map(([own, name, parent]) => new PhaseStarted(own, name, parent)),
      span.map((own) => new SpanFinished(own)),
      fc
        .tuple(span, fc.dictionary(fc.string(), param))
        .map(([own, params]) => new ParamsResolved(own, params)),
      fc
        .record({
          own: span,
          set: fc.uniqueArray(fc.tuple(pointer, value), { selector: ([key]) => key }),
          store: fc.option(span, { nil: undefined }),
          deleted: fc.option(fc.array(pointer, { minLength: 1 }), { nil: undefined }),
        })
        .map(({ own, set, store, deleted }) => new StoreChanged(own, set.flat(), store, deleted)),
    ),
  )
  .chain((events) =>
    fc
      .tuple(...events.map(() => fc.tuple(number, number)))
      .map((stamps) =>
        events.map((event, i) => Object.assign(event, { seq: stamps[i]![0], at: stamps[i]![1] })),
      ),
  );
