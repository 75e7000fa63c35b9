/** Defines the subcommands of trace, workflow, registry and pricing. */
import { Option, type Command } from 'commander';
import type { MakeAction } from '../io/invocation.js';
import { addFilterOptions } from '../args/filter-options.js';
import { byteSize, count, date, nodesOption, outputFormat, trustOption } from '../args/run-options.js';

/** Adds the groups of subcommands: trace, workflow, registry, pricing. */
export function addGroups(program: Command, action: MakeAction): void {
  addTrace(group(program, 'trace', 'list, print, compare, export and prune traces of earlier runs'), action);
  addWorkflow(group(program, 'workflow', 'saved workflows and their versions'), action);
  addRegistry(group(program, 'registry', 'node types: parameters and outputs'), action);
  addPricing(group(program, 'pricing', 'model prices'), action);
}

function group(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}

function addTrace(trace: Command, action: MakeAction): void {
  const traceDir = () => new Option('--trace-dir <folder>', 'folder of the traces (default: ~/.pflow/debug)');
  const list = trace
    .command('list')
    .description('list runs, newest first, with their times, models, tokens and costs')
    .option('--all', 'list all runs instead of the last 50');
  addFilterOptions(list, 'runs')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/trace/trace-list.js')).traceList));
  trace
    .command('show')
    .description('print the nodes of a run with their times, tokens and costs')
    .argument('[trace]', 'a file, a run id, `latest` or `latest~n` (default: latest)')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/trace/trace-show.js')).traceShow));
  trace
    .command('diff')
    .description('compare two runs node by node: time, tokens, cost, status')
    .argument('<before>', 'a file, a run id, `latest` or `latest~n`')
    .argument('<after>', 'a file, a run id, `latest` or `latest~n`')
    .option('-p, --print', 'print the comparison, on a terminal too')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/trace/trace-diff.js')).traceDiff));
  trace
    .command('export')
    .description('convert a run to another format and print it; two runs as one HTML page')
    .argument('[trace]', 'a file, a run id, `latest` or `latest~n` (default: latest)')
    .argument('[after]', 'with --format html: a later run that it is compared with')
    .addOption(
      new Option(
        '--format <format>',
        'output format; html is a page that works offline, chrome is for Perfetto, otlp for OpenTelemetry, folded for flame graph tools, csv lists the calls',
      )
        .choices(['markdown', 'html', 'speedscope', 'chrome', 'otlp', 'folded', 'csv'])
        .default('markdown'),
    )
    .addOption(
      new Option('--weight <what>', 'unit of the widths in folded stacks')
        .choices(['time', 'cost'])
        .default('time'),
    )
    .option('--content', 'for otlp: include prompts, responses, parameters, logs and the store')
    .option(
      '--no-content',
      'leave out every prompt, response, value, log and message: structure, times, tokens and costs stay',
    )
    .addOption(traceDir())
    .action(action(async () => (await import('../commands/trace/trace-export.js')).traceExport));
  trace
    .command('import')
    .description('convert traces and session logs of other programs to traces of pflow')
    .argument('<file | folder...>', 'files in any format that `pflow help traces` lists, or folders of them')
    .option('--no-ledger', 'do not enter the runs into the ledger')
    .addOption(traceDir())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/trace/trace-import.js')).traceImport));
  trace
    .command('prune')
    .description('delete the oldest traces above a limit')
    .option('--keep <n>', 'number of traces to keep (default: 1000, or as in the settings)', count)
    .option(
      '--max-size <size>',
      'total size to keep, such as 500MB (default: 2GB, or as in the settings)',
      byteSize,
    )
    .option('--dry-run', 'list what would be deleted, delete nothing')
    .addOption(traceDir())
    .action(action(async () => (await import('../commands/trace/trace-prune.js')).tracePrune));
  addVerify(trace.command('verify'));
  // Its name in earlier versions; what compares a run with thresholds is `pflow check`.
  addVerify(trace.command('check', { hidden: true }));

  function addVerify(command: Command): void {
    command
      .description('validate a trace file')
      .argument('[trace]', 'a file, a run id, `latest` or `latest~n` (default: latest)')
      .option('--ledger', 'enter the runs into the ledger that have a trace but no entry')
      .addOption(traceDir())
      .action(action(async () => (await import('../commands/trace/trace-verify.js')).traceVerify));
  }
}

function addWorkflow(workflow: Command, action: MakeAction): void {
  workflow
    .command('list')
    .description('list saved workflows')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/workflow/workflow-list.js')).workflowList));
  workflow
    .command('show')
    .description('print a workflow as JSON')
    .argument('<workflow>', 'a file or a saved name')
    .option('--version <n>', 'print this earlier version', count)
    .action(action(async () => (await import('../commands/workflow/workflow-show.js')).workflowShow));
  workflow
    .command('describe')
    .description("show a workflow's description, inputs, outputs and steps")
    .argument('<workflow>', 'a file or a saved name')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/workflow/workflow-describe.js')).workflowDescribe));
  workflow
    .command('graph')
    .description("draw a workflow's nodes, branches and loops as text")
    .argument('<workflow>', 'a file or a saved name')
    .addOption(new Option('--glyphs <set>', 'character set').choices(['unicode', 'ascii', 'auto']))
    .action(action(async () => (await import('../commands/workflow/workflow-graph.js')).workflowGraph));
  workflow
    .command('save')
    .description('save a workflow under a name')
    .argument('<file | name>', 'a workflow file; with --from, the name to save under')
    .argument('[name]', "the name to save under (default: the file's name)")
    .option(
      '--from <source>',
      'save from a workflow file, a trace (file, run id, `latest` or `latest~n`), or - for stdin',
    )
    .option('--description <text>', 'description, by which requests find the workflow')
    .option('--keywords <words>', 'keywords, separated by commas, by which requests find the workflow')
    .option('--replace', 'save as the next version if the name exists')
    .option('--trace-dir <folder>', 'folder of the traces (default: ~/.pflow/debug)')
    .addOption(nodesOption())
    .addOption(trustOption())
    .action(action(async () => (await import('../commands/workflow/workflow-save.js')).workflowSave));
  workflow
    .command('validate')
    .description('validate a workflow')
    .argument('<workflow>', 'a file or a saved name')
    .addOption(nodesOption())
    .addOption(trustOption())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/workflow/workflow-validate.js')).workflowValidate));
  workflow
    .command('history')
    .description('list the versions of a saved workflow')
    .argument('<name>')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/workflow/workflow-history.js')).workflowHistory));
  workflow
    .command('restore')
    .description('make an earlier version of a saved workflow the current one')
    .argument('<name>')
    .option('--version <n>', 'version to restore (default: the one before the current)', count)
    .action(action(async () => (await import('../commands/workflow/workflow-restore.js')).workflowRestore));
  workflow
    .command('delete')
    .description('delete a saved workflow')
    .argument('<name>')
    .action(action(async () => (await import('../commands/workflow/workflow-delete.js')).workflowDelete));
}

function addRegistry(registry: Command, action: MakeAction): void {
  registry
    .command('list')
    .description('list node types')
    .addOption(nodesOption())
    .addOption(trustOption())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/registry/registry-list.js')).registryList));
  registry
    .command('describe')
    .description('print the parameters and outputs of a node type')
    .argument('<type>')
    .addOption(nodesOption())
    .addOption(trustOption())
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/registry/registry-describe.js')).registryDescribe));
}

function addPricing(pricing: Command, action: MakeAction): void {
  pricing
    .command('list')
    .description('list model prices in USD per million tokens')
    .argument('[words...]', 'list only models whose names contain all of these words')
    .option('--filter <words>', 'the same, as an option')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/pricing/pricing-list.js')).pricingList));
  pricing
    .command('explain')
    .description('explain how a model name is priced, and what a call would cost')
    .argument('<model>', 'a model, or provider/model')
    .option('--input <tokens>', 'input tokens, including cache reads and writes', count)
    .option('--cache-read <tokens>', 'input tokens read from a cache', count)
    .option('--cache-write <tokens>', 'input tokens written to a cache', count)
    .option('--cache-write-1h <tokens>', 'those of them kept for 1 hour', count)
    .option('--output <tokens>', 'output tokens, including reasoning', count)
    .option('--web-searches <n>', 'web searches run by the provider', count)
    .option('--service-tier <name>', 'service tier: batch, flex, priority …')
    .option('--inference-geo <place>', 'inference region: us')
    .option('--at <date>', 'date of the call (default: now)', date)
    .action(action(async () => (await import('../commands/pricing/pricing-explain.js')).pricingExplain));
  pricing
    .command('check')
    .description('print the age of the prices and validate your own in ~/.pflow/pricing.json')
    .action(action(async () => (await import('../commands/pricing/pricing-check.js')).pricingCheck));
  pricing
    .command('update')
    .description('validate newer price data, write it to ~/.pflow and print what changed')
    .option('--from <file|url>', 'data.json of genai-prices, or a pricing.default.json')
    .option('--date <day>', 'day of the data, if it does not state one', date)
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/pricing/pricing-update.js')).pricingUpdate));
}
