/** Formats the report of `pflow doctor` as text. */
import { plural } from '../../../lib/text/format.js';
import { table } from '../../io/text-table.js';
import type { FolderReport, NodeReport, ProxyReport, TerminalReport } from './examine-machine.js';
import type { KeyReport, ModelReport, ServerReport } from './examine-models.js';
import type { McpReport, PriceReport, TrustReport } from './examine-project.js';

/** Everything that was examined, as it is printed as JSON. */
export type Report = Readonly<{
  version: string;
  node: NodeReport;
  model: ModelReport;
  keys: readonly KeyReport[];
  servers: readonly ServerReport[];
  mcp: McpReport;
  folders: readonly FolderReport[];
  prices: PriceReport;
  settings: readonly string[];
  terminal: TerminalReport;
  trust: TrustReport;
  proxy: ProxyReport;
  /** What is wrong, one sentence each. */
  problems: readonly string[];
}>;

/** The report as a section for each of its parts, and the problems. */
export function formatReport(report: Report): string {
  const { problems } = report;
  const sections = Object.entries(formatSections(report)).flatMap(([label, lines]) =>
    lines.map((line, i) => [i === 0 ? label : '', line]),
  );
  const end = problems.length === 0 ? ['No problems found.'] : [`${plural(problems.length, 'problem')}:`];
  return [table(sections), '', ...end, ...problems.map((problem) => `  ${problem}`)].join('\n');
}

/** Prices change about this often. */
const OLD_DAYS = 60;

function formatSections(report: Report): Readonly<Record<string, readonly string[]>> {
  const { version, node, model, keys, servers, mcp, folders, prices, terminal, trust, proxy } = report;
  return {
    pflow: [`${version} on Node ${node.version}, ${node.platform}`],
    model: [formatModel(model)],
    keys: columns(keys.map(({ name, from }) => [name, from === null ? 'not set' : `set in ${place(from)}`])),
    servers: columns(
      servers.map(({ provider, address, models }) => [
        provider,
        address,
        models === null ? 'does not answer' : plural(models, 'model'),
      ]),
    ),
    mcp: mcp.servers.length ? columns(mcp.servers.map(({ name, kind }) => [name, kind])) : ['no servers'],
    folders: columns(
      folders.map(({ name, path, exists, is_writable: isWritable, entries }) => [
        name,
        path,
        isWritable ? (exists ? `${entries}` : 'not there yet') : 'cannot be written to',
      ]),
    ),
    prices: [
      `of ${prices.date}, ${plural(prices.age_days, 'day')} old${prices.age_days > OLD_DAYS ? ': `pflow pricing update` takes newer ones' : ''}`,
      ...(prices.own_models > 0 ? [`${plural(prices.own_models, 'model')} of your own pricing.json`] : []),
    ],
    terminal: [formatTerminal(terminal)],
    trust: [trustText(trust.state), ...trust.code.map((line) => `  ${line}`)],
    proxy: formatProxy(proxy),
  };
}

function columns(rows: readonly (readonly string[])[]): string[] {
  return table(rows).split('\n');
}

function place(from: 'environment' | 'settings.json'): string {
  return from === 'environment' ? 'the environment' : 'settings.json';
}

function formatModel(model: ModelReport): string {
  if ('error' in model) return 'none: see the problems below';
  const { provider, model: name, reason, price } = model;
  const unpriced = price === 'unknown' ? '; its price is not known' : '';
  const label = provider === 'offline' ? 'none: offline rules' : `${provider}/${name}`;
  return `${label} (${reason})${unpriced}`;
}

function formatTerminal({
  has_screen: hasScreen,
  stdin,
  stdout,
  stderr,
  size,
  term,
  colours,
}: TerminalReport): string {
  const streams = Object.entries({ stdin, stdout, stderr })
    .filter(([, isTerminal]) => !isTerminal)
    .map(([name]) => name);
  return [
    hasScreen ? 'the profiler can be opened' : 'no full screen here',
    ...(streams.length ? [`not a terminal: ${streams.join(', ')}`] : []),
    ...(size === null ? [] : [size]),
    ...(term === null ? [] : [`TERM=${term}`]),
    `colours: ${colours}`,
  ].join(' · ');
}

function trustText(state: TrustReport['state']): string {
  if (state === 'no code') return 'this folder has no code that pflow would run';
  if (state === 'trusted') return 'the code of this folder is trusted';
  const why = state === 'changed' ? 'has changed since it was trusted' : 'is not trusted';
  return `the code of this folder ${why}: \`pflow trust\` shows it`;
}

function formatProxy({ http, https, none, certificates }: ProxyReport): string[] {
  const lines = [
    ...(http === null ? [] : [`HTTP_PROXY ${http}`]),
    ...(https === null ? [] : [`HTTPS_PROXY ${https}`]),
    ...(none === null ? [] : [`NO_PROXY ${none}`]),
    ...(certificates === null ? [] : [`NODE_EXTRA_CA_CERTS ${certificates}`]),
  ];
  return lines.length ? lines : ['none'];
}
