/** Shows in the user's pager what a run, and the selected node of it, would cost with other models. */
import { listAlternatives, type Alternative } from '../../insights/whatif/list-alternatives.js';
import { ledgerFolder } from '../../ledger/files/ledger-files.js';
import { iterateRuns } from '../../ledger/files/read-runs.js';
import { formatCost } from '../../lib/text/format-cost.js';
import { formatUsd } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { hostedProviders } from '../../llm/select/provider-list.js';
import type { RunState } from '../../profile/run/run-state.js';
import type { SharedTerminal } from '../../tui/surface.js';
import { table } from '../io/text-table.js';
import { pageFromScreen } from '../help/pager.js';

/** Lines of runs that are read at most for the models that the user has called. */
const MOST_RUNS = 500;

/** Shows the page until the user leaves it; returns why it could not. */
export async function showWhatif(
  state: RunState,
  node: string | undefined,
  { terminal }: SharedTerminal,
): Promise<string | undefined> {
  const text = formatWhatif(state, { node, known: listKnownModels(), at: new Date() });
  if (text === undefined) return 'The run called no model whose cost is known.';
  const takeBack = terminal.lend();
  try {
    return await pageFromScreen(text);
  } finally {
    takeBack();
  }
}

/** The alternatives of the node, if one is given, and of the whole run; undefined without any. */
function formatWhatif(
  state: RunState,
  { node, known, at }: Readonly<{ node: string | undefined; known: readonly string[]; at: Date }>,
): string | undefined {
  const { prices } = state;
  const run = safeText(state.started?.run.slice(0, 8) ?? '');
  const whole = listAlternatives(state, { known, at }, prices);
  if (whole.length === 0) return undefined;
  const own = node === undefined ? [] : listAlternatives(state, { node, known, at }, prices);
  const nodes = new Set(whole[0]!.run.nodes.map(({ path }) => path.join('/')));
  const isOnly = nodes.size === 1 || node === undefined;
  const paragraphs = [
    ...(isOnly || own.length === 0 ? [] : [`${node} of ${nameOf(state)}`, tabulate(own, node), '']),
    `${nameOf(state)}, all nodes`,
    tabulate(whole, undefined),
    '',
    'The same calls at other prices: no request was sent. Try a model before you rely on it:',
    `  pflow whatif ${run} --node ${node ?? '<node>'} --model <provider/model> --really --verify '<command>'`,
  ];
  return `${safeText(paragraphs.join('\n'), { keepNewlines: true })}\n`;
}

function nameOf({ started }: RunState): string {
  return started?.workflow?.name ?? started?.name ?? 'run';
}

/** A table of the alternatives below the run, or the node, as it was. `•` marks models that the user has called before. */
function tabulate(alternatives: readonly Alternative[], node: string | undefined): string {
  const { run } = alternatives[0]!;
  const sum = node === undefined ? run : run.nodes.find(({ path }) => isNode(path, node))!;
  const rows = alternatives.map(({ name, known, run: { after, usd, nodes } }) => {
    const own = node === undefined ? { after, usd } : nodes.find(({ path }) => isNode(path, node))!;
    const range =
      own.usd.low === own.usd.high ? '' : `${formatUsd(own.usd.low)} – ${formatUsd(own.usd.high)}`;
    return [
      known ? '•' : '',
      name,
      formatCost(own.after, { none: '–' }),
      formatShare(own.usd.likely, sum.before.usd),
      range,
    ];
  });
  return table(
    [
      ['', '', 'cost', 'change', 'range'],
      ['', `as it ran (${sum.models.join(', ')})`, formatCost(sum.before, { none: '–' }), '', ''],
      ...rows,
    ],
    { right: [2, 3] },
  );
}

/** `node` is a whole path: another node may end with the same id. */
function isNode(path: readonly string[], node: string): boolean {
  return path.join('/') === node;
}

function formatShare(usd: number, before: number): string {
  if (before === 0) return '';
  const percent = Math.round((usd / before - 1) * 100);
  return percent === 0 ? '±0 %' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}

/** The models of the user's last runs, and the default models of the providers whose key is set. */
function listKnownModels(): string[] {
  const { env } = process;
  const names = new Set<string>();
  for (const { id, keys, defaultModel } of hostedProviders)
    if (defaultModel !== undefined && keys.some((key) => env[key])) names.add(`${id}/${defaultModel}`);
  let runs = 0;
  for (const { read } of iterateRuns(ledgerFolder())) {
    if (++runs > MOST_RUNS) break;
    for (const model of read().models) names.add(model);
  }
  return [...names];
}
