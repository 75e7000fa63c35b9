import type { AdviceCall } from '../../../src/insights/advice/advice-call.js';
import { createCall } from '../../../src/profile/run/llm-call.js';
import { NO_COST } from '../../../src/pricing/cost.js';
import type { Call } from '../../../src/profile/run/run-state.js';
import type { RequestPart } from '../../../src/trace/record/prompt-parts.js';

/** What a test states of a call; everything else is as usual. */
export type CallFacts = Partial<Omit<AdviceCall, 'call'>> &
  Readonly<{
    usd?: number;
    wasted?: boolean;
    finish?: string;
    settings?: Record<string, string | number>;
    ttft?: number;
    usage?: Partial<NonNullable<Call['usage']>>;
    /** Tool calls as `name(arguments)`. */
    tool?: string;
    answer?: string;
    /** The size of the newest part of the request in bytes. */
    result?: number;
  }>;

const part = (sha256: string, bytes: number): RequestPart => ({ role: 'user', sha256, bytes, chars: bytes });

/** Calls that follow each other after 100 ms, each of a second and a cent, unless stated otherwise. */
export function callsOf(facts: readonly CallFacts[]): AdviceCall[] {
  let now = 0;
  return facts.map((each, i) => {
    const {
      usd = 0.01,
      wasted = false,
      finish = 'stop',
      settings,
      ttft,
      usage,
      tool,
      result = 100 + i,
      answer = 'a',
      ...rest
    } = each;
    const ms = rest.ms ?? 1000;
    const startedAt = rest.startedAt ?? now;
    now = startedAt + ms + 100;
    const base = createCall({
      type: 'span.started',
      seq: 0,
      at: 0,
      span: i,
      kind: 'llm',
      name: 'm',
      provider: 'anthropic',
      model: 'm',
    });
    const [, name, given = ''] = /^(\w+)\((.*)\)$/.exec(tool ?? '') ?? [];
    const response = {
      text: answer,
      ...(name === undefined ? {} : { toolCalls: [{ name, arguments: given }] }),
    };
    const counts = {
      input: 1000,
      output: 100,
      source: 'test',
      convention: 'inclusive' as const,
      warnings: [],
      ...usage,
    };
    return {
      span: i,
      node: 'ask',
      visit: i,
      item: undefined,
      provider: 'anthropic',
      model: 'm',
      startedAt,
      finishedAt: startedAt + ms,
      ms,
      ok: true,
      parts: [part('first', 100), part(`last${i}`, result)],
      request: `request ${i}`,
      input: counts.input,
      cacheRead: 0,
      cacheWrite: 0,
      keepsHour: false,
      ...rest,
      call: {
        ...base,
        model: 'm',
        wasted,
        finishReason: finish,
        firstTokenMs: ttft,
        usage: counts,
        response,
        request: settings ? { settings } : undefined,
        cost: { ...NO_COST, usd, state: 'priced', certainty: 'exact' },
      },
    };
  });
}
