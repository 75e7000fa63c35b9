/** A chat of LlamaIndex. */
import { OpenAI } from '@llamaindex/openai';

const llm = new OpenAI({ model: 'gpt-5-mini' });
const { message } = await llm.chat({ messages: [{ role: 'user', content: 'How is Oslo?' }] });
process.stdout.write(`${message.content}\n`);
