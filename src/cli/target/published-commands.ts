/** What to type here for the commands of published pflow. */
import { isWorkflowRef } from '../../workflow/library/load-workflow.js';

type Published = Readonly<{
  /** Whether these operands belong to the command, and not to a sentence that begins with its name. */
  fits: (operands: readonly string[]) => boolean;
  advice: string;
}>;

const none = (operands: readonly string[]) => operands.length === 0;
const atMostOne = (operands: readonly string[]) => operands.length <= 1;
const one = (operands: readonly string[]) => operands.length === 1;
const anyOf =
  (...names: readonly string[]) =>
  (operands: readonly string[]) =>
    none(operands) || names.includes(operands[0]!);

const SETTINGS = 'Edit ~/.pflow/settings.json: `pflow help settings`.';
const LIBRARY = '`pflow workflow list` lists the saved workflows, `pflow registry list` the node types.';

const published: Readonly<Record<string, Published>> = {
  guide: { fits: atMostOne, advice: 'Type `pflow help`.' },
  instructions: { fits: anyOf('usage', 'create'), advice: 'Type `pflow help workflows`.' },
  find: { fits: one, advice: LIBRARY },
  discover: { fits: one, advice: LIBRARY },
  mcp: {
    fits: anyOf('list', 'add', 'sync', 'tools', 'info', 'remove', 'serve'),
    advice:
      'Servers are read from ~/.pflow/mcp-servers.json and settings.json; `pflow registry list` lists their tools.',
  },
  settings: {
    fits: anyOf(
      'show',
      'init',
      'allow',
      'deny',
      'remove',
      'check',
      'reset',
      'set-env',
      'unset-env',
      'list-env',
      'llm',
      'registry',
    ),
    advice: SETTINGS,
  },
  skill: {
    fits: anyOf('save', 'list', 'remove', 'show'),
    advice: '`pflow workflow save FILE` saves a workflow.',
  },
  report: { fits: atMostOne, advice: 'Type `pflow trace export --format markdown`.' },
  resume: { fits: atMostOne, advice: 'Type `pflow rerun latest`.' },
  probe: {
    fits: (operands) => one(operands) || operands.slice(1).every((word) => /^[\w-]+=/.test(word)),
    advice: 'Type `pflow registry describe TYPE`; a workflow of one node runs it.',
  },
  ui: { fits: atMostOne, advice: 'Type `pflow tui`.' },
  visualize: { fits: one, advice: 'Type `pflow workflow graph FILE`.' },
  'read-fields': { fits: () => true, advice: 'Type `pflow trace show`, or `pflow tui --trace latest`.' },
  'analyze-cache': { fits: () => true, advice: 'Type `pflow trace show`: each call has its cache reads.' },
  history: { fits: atMostOne, advice: 'Type `pflow trace list`.' },
  validate: { fits: one, advice: 'Type `pflow workflow validate FILE`.' },
  save: { fits: one, advice: 'Type `pflow workflow save FILE`.' },
  list: { fits: none, advice: LIBRARY },
  run: {
    fits: (operands) => none(operands) || isWorkflowRef(operands[0]!),
    advice: 'Leave out `run`: type `pflow NAME` or `pflow FILE`.',
  },
};

/** What to type for a command of published pflow, if the words are one with its operands. */
export function adviceOnCommand([name = '', ...operands]: readonly string[]): string | undefined {
  const command = Object.hasOwn(published, name) ? published[name] : undefined;
  return command?.fits(operands) ? command.advice : undefined;
}
