/** An agent of LangChain with a tool. */
import { createAgent, tool } from 'langchain';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';

const weather = tool(() => 'sunny', {
  name: 'weather',
  description: 'The weather of a city.',
  schema: z.object({ city: z.string() }),
});
const agent = createAgent({ model: new ChatOpenAI({ model: 'gpt-5-mini' }), tools: [weather] });
const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'How is Oslo?' }] });
process.stdout.write(`${messages.at(-1).content}\n`);
