/** Generates the parts of README.md, src/FILES.md and the manual that come from the code; `npm run frames` writes them. */
import type { Command, Option } from 'commander';
import { helpTopics, readPage, summarizePage } from '../../src/cli/help/help-topics.js';
import { createProgram } from '../../src/cli/program/program.js';
import { wrap } from '../../src/lib/text/text-width.js';
import { hostedProviders, localProviders } from '../../src/llm/select/provider-list.js';
import { summarize } from '../../src/metrics/summary.js';
import { describeNodeType, type FieldDescription } from '../../src/nodes/definition/describe-type.js';
import { builtinTypes } from '../../src/nodes/registry.js';
import { offlineLanguage } from '../../src/planner/offline/language.js';
import { explainPrice } from '../../src/pricing/explain-price.js';
import { press } from '../../src/view/app/press.js';
import { view } from '../../src/view/app/view.js';
import { lineText, type Line } from '../../src/view/base/frame.js';
import type { Key } from '../../src/view/base/key.js';
import { keyTable } from '../../src/view/keys/key-names.js';
import { keymap } from '../../src/view/keys/keymap.js';
import { initialUi, type UiState } from '../../src/view/state/ui-state.js';
import { docsPrices, docsRun } from './docs-run.js';
import { frameSvg } from './frame-svg.js';
import { sourceMap } from './source-map.js';

type Parts = Readonly<Record<string, () => string>>;

/** The generated parts of each file, by the name in their `<!-- name -->` mark. */
export const generatedParts: Readonly<Record<string, Parts>> = {
  'README.md': { topics: topicList },
  'src/FILES.md': { files: sourceMap },
  'src/help/start.md': { 'frame: timeline': () => textFrame([]) },
  'src/help/commands.md': {
    commands: () => table(['command', 'what it does'], commandRows()),
    options: () => table(['option', 'commands', 'meaning'], optionRows()),
    summary: () => codeBlock('json', JSON.stringify(docsSummary(), null, 2)),
  },
  'src/help/keys.md': {
    keys: () => keyTable().trimEnd(),
    actions: () => `${[...new Set(keymap.map(({ action }) => code(action)))].join(', ')}.`,
  },
  'src/help/offline.md': {
    'offline language': () =>
      table(
        ['you write', 'it means'],
        offlineLanguage().map(({ example, meaning }) => [code(example), escapeText(meaning)]),
      ),
  },
  'src/help/models.md': {
    providers: () => table(['provider', 'key', 'default model'], hostedRows()),
    'local servers': () => table(['server', 'in `--model`', 'address'], localRows()),
    'base URLs': () => `${hostedProviders.map(({ baseUrls }) => code(baseUrls[0]!)).join(', ')}.`,
  },
  'src/help/pricing.md': { explain: priceExample },
  'src/help/nodes.md': { 'node types': () => builtinTypes.map(nodeTypeSection).join('\n\n') },
};

/** Files that are generated as a whole. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  '.github/profiler.svg': () =>
    frameSvg(docsFrame({ columns: 104, rows: 19, keys: [] }), {
      columns: 104,
      title: 'The timeline of a run: every node with its time, tokens, cost and a bar',
    }),
};

/** A text with every generated part regenerated. */
export function refresh(text: string, parts: Parts): string {
  return Object.entries(parts).reduce((refreshed, [name, make]) => {
    const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
    if (!marked.test(refreshed)) throw new Error(`There is no part "${name}".`);
    return refreshed.replace(marked, (_all, open: string, close: string) => `${open}${make()}\n${close}`);
  }, text);
}

/** Every command of pflow with its full name, without command groups. */
export function listCommands(): { name: string; command: Command }[] {
  const program = createProgram({ leave: () => process.exit(), ended: () => {}, argv: [] });
  const visit = (command: Command, name: string): { name: string; command: Command }[] => [
    ...(command.commands.length > 0 && command !== program ? [] : [{ name, command }]),
    ...command
      .createHelp()
      .visibleCommands(command)
      .flatMap((each) => visit(each, `${name} ${each.name()}`)),
  ];
  return visit(program, 'pflow');
}

function topicList(): string {
  return helpTopics
    .map((topic) => `- [${topic}](src/help/${topic}.md): ${summarizePage(readPage(topic))}`)
    .join('\n');
}

function commandRows(): string[][] {
  return listCommands().map(({ name, command }) => {
    const operands = command
      .usage()
      .replace(/^\[options\] ?/, '')
      .replaceAll(/\[(\w+)…\]/g, '[$1…]');
    return [code(`${name} ${operands}`.trim()), escapeText(command.description())];
  });
}

/** Options that several commands share are one row. */
function optionRows(): string[][] {
  const rows = new Map<string, { option: Option; commands: string[] }>();
  for (const { name, command } of listCommands()) {
    for (const option of command.options.filter(({ hidden }) => !hidden)) {
      const key = `${option.flags} ${option.description}`;
      const row = rows.get(key) ?? { option, commands: [] };
      row.commands.push(name.replace(/^pflow ?/, '') || 'pflow');
      rows.set(key, row);
    }
  }
  return [...rows.values()].map(({ option, commands }) => [
    code(option.flags),
    listNames(commands),
    optionText(option),
  ]);
}

/** The names, or the first of many. */
function listNames(names: readonly string[]): string {
  if (names.length <= 6) return names.join(', ');
  return `${names.slice(0, 4).join(', ')} and ${names.length - 4} others`;
}

function optionText({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? `: ${argChoices.map(code).join(', ')}` : '';
  const isTold = defaultValue === undefined || defaultValue === true || description.includes('default');
  return `${escapeText(description)}${choices}${isTold ? '' : ` (default ${String(defaultValue)})`}`;
}

/** The summary of the run in the pictures, without most of its timings. */
function docsSummary() {
  return { ...summarize(docsRun(), { tracePath: '…' }), result: '…' };
}

function hostedRows(): string[][] {
  return hostedProviders.map(({ label, id, keys, defaultModel }) => [
    label,
    keys.map(code).join(' or '),
    code(`${id}/${defaultModel}`),
  ]);
}

function localRows(): string[][] {
  return localProviders.map(({ label, id, baseUrl, baseUrls }) => [
    label,
    code(id),
    baseUrl === undefined ? baseUrls.map(code).join(' or ') : code(new URL(baseUrl).host),
  ]);
}

function priceExample(): string {
  const lines = explainPrice({
    model: 'anthropic/claude-sonnet-5',
    prices: docsPrices,
    at: new Date('2026-11-28'),
    counts: { input: 12_000, cacheRead: 10_000, output: 500 },
  });
  const command =
    '$ pflow pricing explain anthropic/claude-sonnet-5 \\\n    --input 12000 --cache-read 10000 --output 500';
  const shown = lines.flatMap((line) => {
    const [, start = '', rest = line] = /^( {2}\S+ {2,})(.*)$/.exec(line) ?? [];
    return wrap(rest, 74 - start.length).map(
      (part, i) => (i === 0 ? start : ' '.repeat(start.length)) + part,
    );
  });
  return codeBlock('text', [command, ...shown].join('\n'));
}

function nodeTypeSection(nodeType: (typeof builtinTypes)[number]): string {
  const { type, description, params, outputs, actions, effects, anyAction } = describeNodeType(nodeType);
  const facts = [
    `Outputs: ${outputs.map(({ name }) => code(name)).join(', ')}.`,
    ...(actions.length > 1 || anyAction
      ? [`Actions: ${[...actions, ...(anyAction ? ['any other'] : [])].join(', ')}.`]
      : []),
    ...(effects.length > 0 ? [`Effects: ${effects.join(', ')}.`] : []),
  ];
  const rows = params.map((field) => [code(field.name), fieldValue(field), escapeText(field.description)]);
  return [`### ${type}`, description, table(['parameter', 'value', 'meaning'], rows), facts.join(' ')].join(
    '\n\n',
  );
}

function fieldValue({ kind, required, ...field }: FieldDescription): string {
  if (required) return `${kind}, required`;
  return field.default === undefined ? kind : `${kind} (${code(JSON.stringify(field.default))})`;
}

function textFrame(keys: readonly string[]): string {
  const lines = docsFrame({ columns: 76, rows: 20, keys }).map((line) => lineText(line).trimEnd());
  return codeBlock('text', lines.join('\n'));
}

/** The screen over the documented run after some keys. */
function docsFrame({
  columns,
  rows,
  keys,
}: Readonly<{ columns: number; rows: number; keys: readonly string[] }>): readonly Line[] {
  const run = docsRun();
  const viewport = { now: run.lastAt, columns, rows };
  let ui: UiState = initialUi({ glyphs: 'unicode', reducedMotion: true, live: false });
  view(run, ui, viewport);
  for (const name of keys)
    ({ ui } = press(ui, { name, text: name.length === 1 ? name : '' } as Key, run, viewport));
  return view(run, ui, viewport).lines;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function codeBlock(language: string, text: string): string {
  return ['```' + language, text, '```'].join('\n');
}

/** Plain text in which Markdown would find emphasis or HTML. Code spans in it stay as they are. */
function escapeText(text: string): string {
  return text.replaceAll(/(`[^`]*`)|([*<])/g, (_all, span?: string, mark?: string) => span ?? `\\${mark}`);
}

/** A code span; one that contains backticks is fenced by more of them. */
function code(text: string): string {
  if (!text.includes('`')) return `\`${text}\``;
  const longest = Math.max(...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${text} ${fence}`;
}
