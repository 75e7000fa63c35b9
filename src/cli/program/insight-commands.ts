/** Defines the commands that judge finished runs. */
import { Option, type Command } from 'commander';
import { addFilterOptions, byOption, timeZone } from '../args/filter-options.js';
import type { MakeAction } from '../io/invocation.js';
import { collect, outputFormat } from '../args/run-options.js';

/** Adds `pflow whatif` and `pflow stats`. */
export function addInsights(program: Command, action: MakeAction): void {
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
    .option('--all', 'print all groups instead of the first 30')
    .option('--statusline', 'print one short line for the prompt of a shell: today and this month')
    .addOption(
      new Option('--output-format <format>', 'format of stdout')
        .choices(['text', 'json', 'csv'])
        .default('text'),
    )
    .action(action(async () => (await import('../commands/insights/stats.js')).stats));
}
