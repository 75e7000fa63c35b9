/** A graph of LangGraph with two nodes, each with a call. */
import { Annotation, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';

const State = Annotation.Root({ text: Annotation() });
const model = new ChatOpenAI({ model: 'gpt-5-mini' });
const ask = async () => ({ text: (await model.invoke('How is Oslo?')).content });
const graph = new StateGraph(State)
  .addNode('first', ask)
  .addNode('second', ask)
  .addEdge('__start__', 'first')
  .addEdge('first', 'second')
  .addEdge('second', '__end__')
  .compile();
process.stdout.write(`${(await graph.invoke({ text: '' })).text}\n`);
