/** Defines the commands that judge finished runs. */
import { Option, type Command } from 'commander';
import type { MakeAction } from '../io/invocation.js';
import { collect, outputFormat } from '../args/run-options.js';

/** Adds `pflow whatif`. */
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
}
