import { createProfile } from '../../src/profile/run/profile.js';
import type { RunState } from '../../src/profile/run/run-state.js';
import type { EventBody, KnownTraceEvent } from '../../src/trace/event/event.js';
import { testPrices } from '../support/prices.js';
import { TRACE_FORMAT, TRACE_VERSION } from '../../src/trace/event/event-format.js';

/** A live run with a given number of spans that advances on demand. */
export type LiveRun = Readonly<{
  state: RunState;
  now(): number;
  /** The text of the calls in progress: a sentence more for every tick. */
  textOf(span: number): string | undefined;
  /** Advances by a tenth of a second: three nodes run, one of them streams. Nothing grows. */
  tick(): void;
  /** Like `tick`, and every tenth time a node finishes and another starts. */
  step(): void;
}>;

/** The maximum length of the text in progress, in characters. */
const TEXT = 16_000;

/** A live run of `spans` spans: nodes with a phase and a call each, the last three of which are running. */
export function longRun(spans: number): LiveRun {
  const profile = createProfile({ prices: testPrices });
  let at = 0;
  let seq = 0;
  let span = 0;
  let ticks = 0;
  const emit = (body: EventBody) => profile.apply({ seq: seq++, at, ...body } as KnownTraceEvent);
  const open = (kind: 'stage' | 'node' | 'phase' | 'llm', name: string, parent?: number): number => {
    const call = kind === 'llm' ? { provider: 'anthropic', model: 'claude-sonnet-4-5' } : {};
    const node = kind === 'node' ? { nodeType: 'llm' } : {};
    const inside = parent === undefined ? {} : { parent };
    emit({ type: 'span.started', span: ++span, kind, name, ...inside, ...node, ...call });
    return span;
  };
  const close = (id: number) => emit({ type: 'span.finished', span: id, status: 'ok' });
  const startNode = () => {
    const id = open('node', `summarize-chapter-${span}`, stage);
    const exec = open('phase', 'exec', id);
    return { id, exec, llm: open('llm', 'claude-sonnet-4-5', exec), output: 0 };
  };
  const endNode = ({ id, exec, llm }: ReturnType<typeof startNode>) => {
    const usage = {
      input: 900,
      output: 120,
      source: 'bench',
      convention: 'inclusive' as const,
      warnings: [],
    };
    const answer = {
      text: 'A chapter.',
      model: 'claude-sonnet-4-5',
      usage,
      usageOrigin: 'reported' as const,
    };
    emit({ type: 'llm.response', span: llm, ...answer });
    for (const each of [llm, exec, id]) close(each);
  };
  emit({
    type: 'run.started',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    run: '0a1b2c3d-0000-4000-8000-000000000001',
    startedAt: '2026-01-15T10:00:00.000Z',
    pflow: '0.1.0',
    name: 'summarize a library',
    params: {},
    model: { provider: 'anthropic', model: 'claude-sonnet-4-5', reason: '--model' },
    flags: { simulated: false, capture: 'preview', redact: true },
  });
  const stage = open('stage', 'workflow');
  while (span < spans - 9) {
    const node = startNode();
    at += 40;
    endNode(node);
  }
  const running = [startNode(), startNode(), startNode()];
  let texts = '';
  const tick = () => {
    at += 100;
    const streaming = running[ticks++ % 3]!;
    const sentence = `In chapter ${ticks} the harbour was empty at ${at} and the ships had left. `;
    texts = `${texts}${sentence}`.slice(-TEXT);
    emit({ type: 'llm.progress', span: streaming.llm, output: (streaming.output += 5) });
  };
  return {
    state: profile.state,
    now: () => at,
    textOf: (id) => {
      const call = running.find(({ llm }) => llm === id);
      return call && texts.slice(-Math.min(TEXT, 200 + call.output * 4));
    },
    tick,
    step() {
      tick();
      if (ticks % 10 !== 0) return;
      endNode(running.shift()!);
      running.push(startNode());
    },
  };
}
