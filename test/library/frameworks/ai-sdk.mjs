/** A loop of the AI SDK with a tool. */
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';

const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const weather = tool({
  description: 'The weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: () => 'sunny',
});
const { text } = await generateText({
  model: openai.chat('gpt-5-mini'),
  tools: { weather },
  stopWhen: stepCountIs(3),
  prompt: 'How is Oslo?',
});
process.stdout.write(`${text}\n`);
