/** What Pydantic AI does in Python: requests over HTTP, and spans by the GenAI conventions, which are exported when they have finished. */
import { exportSpans, span } from './otlp-exporter.mjs';

const ask = async (messages) => {
  const response = await fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: JSON.stringify({
      model: 'gpt-5-mini',
      messages,
      tools: [{ type: 'function', function: { name: 'weather' } }],
    }),
  });
  return response.json();
};
const chat = ({ id, usage }) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.system': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.response.id': id,
  'gen_ai.usage.input_tokens': usage.prompt_tokens,
  'gen_ai.usage.output_tokens': usage.completion_tokens,
});
const run = span('invoke_agent forecaster', undefined);
const messages = [{ role: 'user', content: 'How is Oslo?' }];
const first = span('chat gpt-5-mini', run);
first.end(chat(await ask(messages)));
const tools = span('running 1 tool', run);
span('execute_tool weather', tools).end({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': 'weather',
});
tools.end({ tools: ['weather'] });
const last = span('chat gpt-5-mini', run);
const answer = await ask([...messages, { role: 'tool', content: 'sunny' }]);
last.end(chat(answer));
run.end({
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': 'forecaster',
  'gen_ai.usage.input_tokens': 200,
  'gen_ai.usage.output_tokens': 20,
  'pydantic_ai.all_messages': '[]',
});
await exportSpans('pydantic-ai');
process.stdout.write(`${answer.choices[0].message.content}\n`);
