/** Defines the commands that judge finished runs. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { addFilterOptions, byOption, timeZone } from '../args/filter-options.js';
import type { Limit } from '../commands/insights/check.js';
import type { MakeAction } from '../io/invocation.js';
import { collect, dollars, outputFormat } from '../args/run-options.js';

/** Adds `pflow compare`, `pflow whatif`, `pflow stats` and `pflow check`. */
export function addInsights(program: Command, action: MakeAction): void {
  program
    .command('compare')
    .description('compare two runs node by node: figures, prompts, answers, parameters and outputs')
    .argument('<before>', 'a file, a run id, `latest` or `latest~n`')
    .argument('<after>', 'a file, a run id, `latest` or `latest~n`')
    .option('-p, --print', 'print the comparison, on a terminal too')
    .option('--trace-dir <folder>', 'folder of the traces (default: ~/.pflow/debug)')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/trace/trace-diff.js')).traceDiff));
  program
    .command('whatif')
    .description('compute what a run would cost with another model, without cache or at current prices')
    .argument('[run]', 'a file, a run id, `latest` or `latest~n` (default: latest)')
    .option('--model <models>', 'the model instead, or several separated by commas', collect)
    .option('--node <node>', 'change the calls of this node only')
    .option('--no-cache', 'without reads from and writes to prompt caches')
    .addOption(
      new Option('--prices <when>', 'rates of today instead of the day of each call').choices(['current']),
    )
    .option('--really', 'rerun the node with the models, after confirmation, and compare the answers')
    .option('--times <n>', 'with --really: how often each model is tried', atLeastOne, 1)
    .option(
      '--verify <command>',
      'with --really: the command that passes an answer, given on stdin, with exit code 0',
    )
    .option('-y, --yes', 'with --really: run it without confirmation')
    .option('--max-cost <usd>', 'with --really: stop a rerun when its cost reaches this many USD', dollars)
    .option('--over-budget', 'with --really: run it even if a budget of the settings is used up')
    .option('--trace-dir <folder>', 'folder of the traces (default: ~/.pflow/debug)')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/insights/whatif.js')).whatif));
  const stats = program
    .command('stats')
    .description('what was spent over many runs, and how fast and reliable the calls were')
    .addOption(byOption());
  addFilterOptions(stats, 'calls')
    .addOption(
      new Option(
        '--prices <which>',
        "cost as recorded, at the prices of the calls' days, or at today's prices",
      )
        .choices(['recorded', 'day', 'current'])
        .default('recorded'),
    )
    .option('--time-zone <name>', 'time zone of days (default: the one that each run was made in)', timeZone)
    .addOption(
      new Option('--source <which>', 'calls of runs only, or of the session logs of coding agents only')
        .choices(['all', 'runs', 'sessions'])
        .default('all'),
    )
    .option('--all', 'print all groups instead of the first 30')
    .option('--statusline', 'print one short line for the prompt of a shell: today and this month')
    .option('--diff <hash>', 'print what a version of a prompt changed, by the beginning of its hash')
    .addOption(
      new Option('--output-format <format>', 'format of stdout; html is one page that needs no network')
        .choices(['text', 'json', 'csv', 'html'])
        .default('text'),
    )
    .action(action(async () => (await import('../commands/insights/stats.js')).stats));
  program
    .command('check')
    .description('compare runs with a baseline and with limits: exits with 1 if they need more')
    .argument('[runs...]', 'files, run ids, `latest` or `latest~n` of one workflow (default: latest)')
    .option('--baseline <file>', 'the baseline (default: .pflow/baseline.json)')
    .option('--write', 'write the baseline from these runs')
    .option('--tolerance <percent>', 'how much more than the baseline passes', percent, 10)
    .option('--max-cost <[node=]usd>', 'the most that the run, or a node, may cost', limit)
    .option('--max-ms <[node=]ms>', 'the most milliseconds', limit)
    .option('--max-tokens <[node=]n>', 'the most tokens', limit)
    .option('--max-calls <[node=]n>', 'the most model calls', limit)
    .option('--max-p95 <[node=]ms>', 'the most milliseconds of the 95th percentile of model calls', limit)
    .option('--min-pass-rate <[node=]percent>', 'the least share of verified answers that pass', limit)
    .option('--max-per-pass <[node=]usd>', 'the most that a verified answer that passes may cost', limit)
    .option('--trace-dir <folder>', 'folder of the traces (default: ~/.pflow/debug)')
    .addOption(
      new Option('--output-format <format>', 'format of stdout; markdown is for a pull request')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .action(action(async () => (await import('../commands/insights/check.js')).check));
}

/** Parses a limit such as `0.05` or `report=0.02`. It may be given several times. */
function limit(text: string, others: readonly Limit[] = []): Limit[] {
  const [, node, amount] = /^(?:(.+)=)?\$?([\d_,]*\.?\d+)$/.exec(text.trim()) ?? [];
  const most = Number(amount?.replaceAll(/[_,]/g, ''));
  if (Number.isNaN(most))
    throw new InvalidArgumentError('Expected a limit such as 0.05, or report=0.05 for a node.');
  return [...others, { node, most }];
}

function percent(text: string): number {
  const value = Number(text.replace(/%$/, ''));
  if (text !== '' && value >= 0) return value;
  throw new InvalidArgumentError('Expected a percentage such as 10.');
}

/** Parses a whole number from 1. */
function atLeastOne(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1.');
}
