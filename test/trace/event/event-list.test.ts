import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventList } from '../../../src/trace/event/event-list.js';
import type { TraceEvent } from '../../../src/trace/event/event.js';
import {
  toTraceEvent,
  PhaseStarted,
  SpanFinished,
  type CompactEvent,
} from '../../../src/trace/event/compact-event.js';
import { leanEvents } from '../../support/lean-events.js';

test('every event is returned as it was appended', () => {
  fc.assert(
    fc.property(leanEvents, (lean) => {
      const failed: TraceEvent = { seq: 0, at: 1.5, type: 'span.finished', span: 7, status: 'failed' };
      const put: (TraceEvent | CompactEvent)[] = [failed, ...lean].map((each, seq) =>
        Object.assign(each, { seq }),
      );
      const list = new EventList();
      for (const each of put) list.push(each);
      const back = put.map((_, seq) => list.at(seq));
      expect(list.length).toBe(put.length);
      expect(back).toStrictEqual(put.map(toTraceEvent));
      expect(JSON.stringify(back)).toBe(JSON.stringify(put.map(toTraceEvent)));
    }),
  );
});

test('a list holds as many events as a long run has', () => {
  const list = new EventList();
  for (let seq = 0; seq < 20_000; seq++) {
    const each = seq % 3 === 0 ? new PhaseStarted(seq, 'exec', 1) : new SpanFinished(seq);
    list.push(Object.assign(each, { seq, at: seq / 4 }));
  }
  for (const seq of [0, 1, 6_141, 19_999])
    expect(list.at(seq)).toMatchObject({ seq, span: seq, at: seq / 4 });
});
