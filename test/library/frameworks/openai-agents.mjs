/** An agent of the OpenAI Agents SDK with a tool. */
import { Agent, run, setTraceProcessors, tool } from '@openai/agents';
import { z } from 'zod';

// Traced, but not sent to OpenAI.
setTraceProcessors([]);
const weather = tool({
  name: 'weather',
  description: 'The weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: () => 'sunny',
});
const agent = new Agent({ name: 'Forecaster', model: 'gpt-5-mini', tools: [weather] });
process.stdout.write(`${(await run(agent, 'How is Oslo?')).finalOutput}\n`);
