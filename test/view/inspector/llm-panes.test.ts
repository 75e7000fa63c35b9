import { expect, test } from 'vitest';
import { listCallRows } from '../../../src/metrics/call-rows.js';
import { reduceEvents } from '../../../src/profile/run/profile.js';
import { testPrices } from '../../support/prices.js';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

/** A call by an SDK: reasoning, then a tool call instead of text; another node may have made it. */
const events = buildTrace((t) =>
  t.stage('workflow', () =>
    t.node('ask', {}, () => {
      const span = t.open('llm', 'gpt-5', { provider: 'openai', model: 'gpt-5' });
      t.emit({
        type: 'llm.request',
        span,
        prompt: [{ role: 'user', content: 'Is it raining?' }],
        tools: [{ name: 'weather', bytes: 120 }],
        thinking: { effort: 'low' },
        seenBy: 'tap',
        attribution: 'guessed',
      });
      t.wait(10);
      t.emit({
        type: 'llm.response',
        span,
        model: 'gpt-5',
        text: '',
        reasoning: 'I need the weather.',
        toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
        finishReason: 'tool_calls',
        usage: null,
        usageOrigin: 'none',
        usageNote: 'The provider reported no usage.',
      });
      t.close(span, {});
    }),
  ),
);

const screen = (...keys: string[]) => new TestScreen(events).press(...keys);

test('the response shows reasoning and tool calls if it has no text', () => {
  const response = screen('j', 'enter', '6');
  const text = response.text();
  expect(text).toMatch(/ reasoning\n +I need the weather\.\n calls weather\n/);
  expect(text).toContain('city: "Oslo"');
  expect(response.line('finish')).toMatch(/finish +tool_calls/);
  expect(screen('j', 'enter', '5').line('tools offered')).toMatch(/tools offered +weather \(120 B\)/);
});

test('the overview shows how a call was observed, why its usage is unknown, and that its node is a guess', () => {
  const overview = screen('j', 'enter');
  expect(overview.line('usage note')).toContain('The provider reported no usage.');
  expect(overview.line('seen')).toContain('on its way over the network');
  expect(overview.line('attribution')).toContain('guessed');
  expect(overview.line('thinking')).toContain('low');
});

test('the overview shows the turns and the session of an agent whose node reports its usage', () => {
  const agent = buildTrace((t) =>
    t.stage('workflow', () =>
      t.node('agent', {}, () => {
        const span = t.open('llm', 'claude-sonnet-4-5', {
          provider: 'anthropic',
          model: 'claude-sonnet-4-5',
        });
        t.emit({
          type: 'llm.response',
          span,
          model: 'claude-sonnet-4-5',
          text: '',
          usage: null,
          usageOrigin: 'none',
          rawUsage: { num_turns: 12 },
          ids: { session: '0b1d2c3e-1111' },
        });
        t.close(span, {});
      }),
    ),
  );
  const overview = new TestScreen(agent).press('j', 'enter');
  expect(overview.line('turns')).toMatch(/turns +12/);
  expect(overview.line('session')).toMatch(/session +0b1d2c3e-1111/);
});

test('the calls view marks a guessed node and names the tools that were called', () => {
  const calls = screen('4');
  expect(calls.text()).toContain(' ask ? ');
  expect(calls.line('finished with')).toContain('calls weather');
});

test('the JSON of a call has its tools, reasoning, note and attribution', () => {
  expect(listCallRows(reduceEvents(events, { prices: testPrices }))).toEqual([
    {
      span: 3,
      node: 'ask',
      attribution: 'guessed',
      provider: 'openai',
      model: 'gpt-5',
      status: 'ok',
      started_ms: 0,
      duration_ms: 10,
      first_token_ms: null,
      usage_origin: 'none',
      usage_note: 'The provider reported no usage.',
      tokens_input: null,
      tokens_output: null,
      cost_usd: null,
      finish_reason: 'tool_calls',
      tool_calls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
      tools_offered: ['weather'],
      reasoning: 'I need the weather.',
    },
  ]);
});
