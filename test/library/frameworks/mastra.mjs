/** What Mastra's exporter of OpenTelemetry sends: an agent's run, its generation, the model's steps and the tools. */
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
const usage = (input, output) => ({
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
});
const run = span('invoke_agent forecaster', undefined);
const generation = span('chat gpt-5-mini', run);
const messages = [{ role: 'user', content: 'How is Oslo?' }];
const step = async (index, sent) => {
  const inner = span(`step: ${index}`, generation);
  const answer = await ask(sent);
  inner.end({
    'mastra.span.type': 'model_step',
    ...usage(answer.usage.prompt_tokens, answer.usage.completion_tokens),
  });
  return answer;
};
await step(0, messages);
span('execute_tool weather', generation).end({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': 'weather',
});
const answer = await step(1, [...messages, { role: 'tool', content: 'sunny' }]);
generation.end({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  ...usage(200, 20),
});
run.end({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'forecaster' });
await exportSpans('mastra');
process.stdout.write(`${answer.choices[0].message.content}\n`);
