import { Option, type Command } from 'commander';
import type { Does } from '../io/invocation.js';
import { byteSize, count, date, nodesOption, outputFormat } from '../args/run-options.js';

/** Adds the commands that look at what there is: traces, saved workflows, node types, prices. */
export function addGroups(program: Command, does: Does): void {
  addTrace(group(program, 'trace', 'traces of earlier runs'), does);
  addWorkflow(group(program, 'workflow', 'saved workflows'), does);
  addRegistry(group(program, 'registry', 'the node types that workflows are made of'), does);
  addPricing(group(program, 'pricing', 'what models cost'), does);
}

function group(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}

function addTrace(trace: Command, does: Does): void {
  const traceDir = () => new Option('--trace-dir <folder>', 'where the traces are (default: ~/.pflow/debug)');
  trace
    .command('list')
    .description('list traces, the newest first')
    .option('--all', 'all of them, not the last 50')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/trace/trace-list.js')).traceList));
  trace
    .command('show')
    .description('print what a run did: its nodes with their times, tokens and costs')
    .argument('[trace]', 'a file, a run id or latest (default: latest)')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/trace/trace-show.js')).traceShow));
  trace
    .command('diff')
    .description('compare two runs node by node: time, tokens, cost, how it ended')
    .argument('<before>', 'a file, a run id or latest')
    .argument('<after>', 'a file, a run id or latest')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/trace/trace-diff.js')).traceDiff));
  trace
    .command('export')
    .description('print a run for another program, or as Markdown for an issue or a chat')
    .argument('[trace]', 'a file, a run id or latest (default: latest)')
    .addOption(
      new Option('--format <format>', 'speedscope, chrome (Perfetto), otlp (OpenTelemetry), folded stacks')
        .choices(['markdown', 'speedscope', 'chrome', 'otlp', 'folded'])
        .default('markdown'),
    )
    .addOption(
      new Option('--weight <what>', 'what the widths of folded stacks stand for')
        .choices(['time', 'cost'])
        .default('time'),
    )
    .addOption(traceDir())
    .action(does(async () => (await import('../commands/trace/trace-export.js')).traceExport));
  trace
    .command('prune')
    .description('remove the oldest traces beyond what is to be kept')
    .option('--keep <n>', 'keep this many (default: 1000, or what the settings say)', count)
    .option(
      '--max-size <size>',
      'keep this much, such as 500MB (default: 2GB, or what the settings say)',
      byteSize,
    )
    .option('--dry-run', 'only say what would be removed')
    .addOption(traceDir())
    .action(does(async () => (await import('../commands/trace/trace-prune.js')).tracePrune));
  trace
    .command('check')
    .description('say whether a trace is whole; what is wrong with it otherwise')
    .argument('[trace]', 'a file, a run id or latest (default: latest)')
    .addOption(traceDir())
    .action(does(async () => (await import('../commands/trace/trace-check.js')).traceCheck));
}

function addWorkflow(workflow: Command, does: Does): void {
  workflow
    .command('list')
    .description('list saved workflows')
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/workflow/workflow-list.js')).workflowList));
  workflow
    .command('show')
    .description('print a workflow as JSON')
    .argument('<workflow>', 'a file or a saved name')
    .option('--version <n>', 'as it was saved as that version', count)
    .action(does(async () => (await import('../commands/workflow/workflow-show.js')).workflowShow));
  workflow
    .command('describe')
    .description('tell what a workflow is for, takes, gives and runs')
    .argument('<workflow>', 'a file or a saved name')
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/workflow/workflow-describe.js')).workflowDescribe));
  workflow
    .command('graph')
    .description('draw a workflow: its nodes, branches and loops')
    .argument('<workflow>', 'a file or a saved name')
    .addOption(new Option('--glyphs <set>', 'what it is drawn with').choices(['unicode', 'ascii']))
    .action(does(async () => (await import('../commands/workflow/workflow-graph.js')).workflowGraph));
  workflow
    .command('save')
    .description('save a workflow, to run it by name')
    .argument('<file | name>', 'a workflow file, or with --from the name to save under')
    .argument('[name]', "the name (default: the file's)")
    .option('--from <source>', 'a workflow file, a trace (file, run id or latest), or - for standard input')
    .option('--description <text>', 'what it does, by which requests find it')
    .option('--keywords <words>', 'words by which requests find it, separated by commas')
    .option('--replace', 'make it the next version of one that is there already')
    .option('--trace-dir <folder>', 'where the traces are (default: ~/.pflow/debug)')
    .addOption(nodesOption())
    .action(does(async () => (await import('../commands/workflow/workflow-save.js')).workflowSave));
  workflow
    .command('validate')
    .description('say everything that is wrong with a workflow')
    .argument('<workflow>', 'a file or a saved name')
    .addOption(nodesOption())
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/workflow/workflow-validate.js')).workflowValidate));
  workflow
    .command('history')
    .description('list the versions of a saved workflow')
    .argument('<name>')
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/workflow/workflow-history.js')).workflowHistory));
  workflow
    .command('restore')
    .description('make an earlier version of a saved workflow the one that runs')
    .argument('<name>')
    .option('--version <n>', 'which one (default: the last before what runs now)', count)
    .action(does(async () => (await import('../commands/workflow/workflow-restore.js')).workflowRestore));
  workflow
    .command('delete')
    .description('delete a saved workflow')
    .argument('<name>')
    .action(does(async () => (await import('../commands/workflow/workflow-delete.js')).workflowDelete));
}

function addRegistry(registry: Command, does: Does): void {
  registry
    .command('list')
    .description('list node types')
    .addOption(nodesOption())
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/registry/registry-list.js')).registryList));
  registry
    .command('describe')
    .description('print what a node type takes and gives')
    .argument('<type>')
    .addOption(nodesOption())
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/registry/registry-describe.js')).registryDescribe));
}

function addPricing(pricing: Command, does: Does): void {
  pricing
    .command('list')
    .description('list models with their prices, in USD per million tokens')
    .argument('[words...]', 'only models whose names hold all of these words')
    .option('--filter <words>', 'the same as an option')
    .addOption(outputFormat())
    .action(does(async () => (await import('../commands/pricing/pricing-list.js')).pricingList));
  pricing
    .command('explain')
    .description('say how a model gets its price, and what a call would cost')
    .argument('<model>', 'a model, or provider/model')
    .option('--input <tokens>', 'all input, cache reads and writes included', count)
    .option('--cache-read <tokens>', 'the part of the input read from a cache', count)
    .option('--cache-write <tokens>', 'the part of the input written to a cache', count)
    .option('--cache-write-1h <tokens>', 'the part of that kept for an hour', count)
    .option('--output <tokens>', 'all output, reasoning included', count)
    .option('--web-searches <n>', 'searches that the provider ran', count)
    .option('--service-tier <name>', 'the tier that serves the call: batch, flex, priority …')
    .option('--inference-geo <place>', 'where the model has to run: us')
    .option('--at <date>', 'when the call is made (default: now)', date)
    .action(does(async () => (await import('../commands/pricing/pricing-explain.js')).pricingExplain));
  pricing
    .command('check')
    .description('say what is wrong with your own prices in ~/.pflow/pricing.json')
    .action(does(async () => (await import('../commands/pricing/pricing-check.js')).pricingCheck));
}
