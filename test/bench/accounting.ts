import { costOf } from '../../src/pricing/price-call.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import { normalizeUsage } from '../../src/usage/normalize.js';
import { medians, type Candidate } from './measure.js';
import { amount, atMost, type Section } from './report.js';

const anthropic = {
  usage: {
    input_tokens: 1200,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 5000,
    cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
    output_tokens: 480,
    service_tier: 'standard',
  },
};
const openai = {
  usage: {
    prompt_tokens: 1200,
    completion_tokens: 480,
    total_tokens: 1680,
    prompt_tokens_details: { cached_tokens: 1000 },
    completion_tokens_details: { reasoning_tokens: 320 },
  },
};

/** The cost of accounting one model call: normalizing its usage and pricing it. */
export async function measureAccounting(rounds: number): Promise<Section> {
  const { prices } = loadPrices();
  const usage = normalizeUsage(openai, { provider: 'openai' });
  const candidates: Candidate[] = [
    {
      name: 'usage of an OpenAI answer',
      run: () => perCall(() => normalizeUsage(openai, { provider: 'openai' })),
    },
    {
      name: 'usage of an Anthropic answer',
      run: () => perCall(() => normalizeUsage(anthropic, { provider: 'anthropic' })),
    },
    {
      name: 'usage and cost of a call',
      run: () =>
        perCall(() =>
          costOf(normalizeUsage(anthropic, { provider: 'anthropic' }), {
            model: 'claude-sonnet-4-5',
            provider: 'anthropic',
            prices,
          }),
        ),
    },
    {
      name: 'cost of a usage',
      run: () => perCall(() => costOf(usage, { model: 'gpt-4.1', provider: 'openai', prices })),
    },
  ];
  // A forced collection makes the engine drop its code for shapes that no object has at that moment: five times the figures.
  const figures = await medians(candidates, { rounds, collect: false });
  return {
    title: 'Accounting a call, CPU time',
    rows: [...figures].map(([what, microseconds]) =>
      what === 'usage and cost of a call'
        ? atMost(what, microseconds, 15, 'µs')
        : { what, measured: amount(microseconds, 'µs') },
    ),
  };
}

// CPU time, which other load on the machine changes less than the time that passes.
function perCall(work: () => unknown): number {
  const calls = 2000;
  const began = process.cpuUsage();
  for (let i = 0; i < calls; i++) work();
  return process.cpuUsage(began).user / calls;
}
