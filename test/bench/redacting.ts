import { createRedactor } from '../../src/trace/redact/redact.js';
import { medians, type Candidate } from './measure.js';
import { atMost, type Section } from './report.js';

const MEGABYTE = 1024 * 1024;
/** A round masks this much and reports what 16 MB cost at that rate. */
const SAMPLE = 2 * MEGABYTE;

function repeat(line: (i: number) => string): string {
  let text = '';
  for (let i = 0; text.length < SAMPLE; i++) text += line(i);
  return text;
}

const attribute = (key: string, value: string) => `{"key":"${key}","value":{"stringValue":"${value}"}},`;

const samples: Readonly<Record<string, string>> = {
  'spans of OTLP': repeat(
    (i) =>
      attribute('gen_ai.request.model', 'gpt-4o-mini') +
      attribute('gen_ai.usage.input_tokens', `${i}`) +
      attribute('server.address', `node-${i}.example.com`) +
      attribute('service.instance.id', `3f2b8c1e-9d4a-4b7c-8e1f-${String(i).padStart(12, '0')}`),
  ),
  'sessions of agents': repeat(
    (i) =>
      `{"type":"assistant","timestamp":"2026-01-10T09:15:00.${i % 1000}Z","uuid":"u-${i}","parentUuid":null,` +
      '"message":{"role":"assistant","content":[{"type":"text","text":"The tests of the parser pass now."}],' +
      `"usage":{"input_tokens":${i},"cache_read_input_tokens":12,"output_tokens":345}}}\n`,
  ),
  prose: repeat((i) => `The answer to question ${i} depends on what the reader knows about the subject. `),
};

/** The cost of masking secrets in large texts, on the main thread. */
export async function measureRedacting(rounds: number): Promise<Section> {
  const candidates: Candidate[] = Object.entries(samples).map(([name, text]) => {
    const { text: redact } = createRedactor({ env: {} });
    return {
      name: `16 MB of ${name}`,
      run: () => {
        // CPU time, which other load on the machine changes less than the time that passes.
        const began = process.cpuUsage();
        redact(text);
        return ((process.cpuUsage(began).user / 1000) * 16 * MEGABYTE) / text.length;
      },
    };
  });
  const figures = await medians(candidates, { rounds, collect: false });
  return {
    title: 'Masking secrets, CPU time',
    rows: [...figures].map(([what, ms]) => atMost(what, ms, 300, 'ms')),
  };
}
