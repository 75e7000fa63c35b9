/** The scripted answers of the simulated model in `pflow demo`. */
import type { SimulatedQuestion } from '../../llm/offline/simulated-client.js';

/** The request of the demo. */
export const demoRequest = 'sort the support tickets by urgency and write a short report';

/**
 * The responses of the simulated model: first those of the planner, then those of the workflow. Its first workflow contains a mistake,
 * to show the validator and the repair.
 */
export function createDemoScript(): (question: SimulatedQuestion) => string {
  let workflows = 0;
  return ({ prompt, schemaName }) => {
    switch (schemaName) {
      case 'workflow_discovery':
        return JSON.stringify({
          found: false,
          workflow_name: null,
          reasoning: 'No saved workflow sorts tickets.',
        });
      case 'component_browsing':
        return JSON.stringify({
          node_types: ['echo', 'llm'],
          reasoning: 'The tickets are data; judging and writing need a model.',
        });
      case 'parameter_discovery':
        return JSON.stringify({ parameters: [] });
      case 'workflow_generator':
        return JSON.stringify(workflow(workflows++ === 0 ? '${tickets.list}' : '${tickets.data}'));
      case 'metadata_generation':
        return JSON.stringify({
          name: 'sort-tickets',
          description: 'Sorts support tickets by urgency and reports on them.',
        });
      default:
        return prompt.startsWith('Write') ? report : urgencyOf(prompt);
    }
  };
}

const tickets = [
  { id: 4711, text: 'The export has been failing for all of our users since this morning.' },
  { id: 4712, text: 'Could the dark theme be a little darker?' },
  { id: 4713, text: 'We were charged twice for November.' },
  { id: 4714, text: 'Where do I change my email address?' },
  { id: 4715, text: 'Login answers with error 500 about every third time.' },
];

const report = `Two tickets cannot wait: the export is down for a whole customer (4711), and one login in three fails (4715).
Both began after this morning's release, which makes that the first place to look.
A double charge (4713) should be answered today. The two others are a question and a wish.`;

function urgencyOf(prompt: string): string {
  if (/failing|500/.test(prompt)) return 'urgent: something that people depend on does not work.';
  return /charged/.test(prompt)
    ? 'today: it is about money, and nothing gets worse meanwhile.'
    : 'can wait: nothing is broken.';
}

function workflow(items: string) {
  return {
    reading: ['sort the support tickets by urgency → echo, llm for each', 'write a short report → llm'],
    inputs: [],
    nodes: [
      node('tickets', 'echo', 'The tickets', { data: JSON.stringify(tickets) }),
      {
        ...node('urgency', 'llm', 'Judge each ticket', {
          prompt: 'How urgent is this ticket, and why?\n\n${ticket.text}',
        }),
        batch: { items, as: 'ticket', parallel: true },
      },
      node('report', 'llm', 'Report on all of them', {
        prompt: 'Write a short report on these tickets:\n\n${urgency.results}',
      }),
    ],
    edges: [
      { from: 'tickets', to: 'urgency', action: 'default' },
      { from: 'urgency', to: 'report', action: 'default' },
    ],
    outputs: [{ name: 'report', description: 'The report', source: '${report.response}' }],
  };
}

function node(id: string, type: string, purpose: string, params: Readonly<Record<string, string>>) {
  return {
    id,
    type,
    purpose,
    params: Object.entries(params).map(([name, value]) => ({ name, value })),
    batch: null,
  };
}
