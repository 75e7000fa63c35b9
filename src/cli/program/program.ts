/** Defines the tree of commands. */
import { Argument, Command, Option } from 'commander';
import { pflowVersion } from '../../lib/version.js';
import { createActions, type Leave } from '../io/invocation.js';
import type { ExitCode } from '../io/exit-code.js';
import { addGroups } from './command-groups.js';
import { addInsights } from './insight-commands.js';
import {
  addModelOptions,
  addObserveOptions,
  addProgramOptions,
  addRunOptions,
  addScreenOptions,
  count,
  outputFormat,
  screenReaderOption,
} from '../args/run-options.js';

/** The tree of commands. Each command's module is loaded when the command runs, so that none pays for the others. */
export function createProgram({
  leave,
  ended,
  argv,
}: {
  leave: Leave;
  ended: (code: ExitCode) => void;
  argv: readonly string[];
}): Command {
  const action = createActions(leave, ended, argv);
  const program = new Command('pflow')
    .description('Plan and run LLM workflows, and see where the time, the tokens and the money go.')
    .version(pflowVersion())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpCommand(false)
    .usage('[options] <request in words | workflow.json | saved-name> [key=value…]')
    .argument('[words...]')
    .addHelpText('after', examples);
  addRunOptions(program.addOption(screenReaderOption())).action(
    action(async () => (await import('../commands/run/run-command-line.js')).run),
  );

  const plan = addTargetCommand(
    program,
    'plan',
    'print the workflow for a request as JSON, without running it',
  );
  addModelOptions(plan.option('--estimate', 'also estimate its cost and time from earlier runs')).action(
    action(async () => (await import('../commands/run/plan-command.js')).plan),
  );

  const tui = addTargetCommand(
    program,
    'tui',
    'run in the full-screen profiler, open a trace in it, or without arguments list all runs',
  )
    .addOption(
      new Option('--trace <run>', 'open a finished run: a file, a run id, `latest` or `latest~n`').conflicts(
        'follow',
      ),
    )
    .option('--follow <run>', 'watch a run that another process is writing; `latest` waits for the next one')
    .addOption(
      new Option('--rerun <run>', 'run the workflow of a trace again').conflicts(['trace', 'follow']),
    )
    .addOption(new Option('--spending-first', 'open the home screen with the spending').hideHelp())
    .option('--from <node>', 'with --rerun: resume at this node using the recorded outputs of earlier nodes');
  addProgramOptions(addScreenOptions(addRunOptions(tui))).action(
    action(async () => (await import('../commands/run/tui.js')).tui),
  );

  const profile = program
    .command('profile')
    .description('run any program, its input and output unchanged, and record its calls to models')
    .usage('[options] -- <command…>')
    .argument('<command...>', 'the program with its arguments')
    .passThroughOptions();
  addProgramOptions(addObserveOptions(profile)).action(
    action(async () => (await import('../commands/run/profile-command.js')).profile),
  );

  program
    .command('collect')
    .description('receive the telemetry (OTLP) of other programs and write it as traces')
    .addOption(new Option('--port <n>', 'port of 127.0.0.1').argParser(count).default(4318))
    .addOption(
      new Option('--grpc-port <n>', 'port of 127.0.0.1 for telemetry over gRPC')
        .argParser(count)
        .default(4317),
    )
    .option('--forward <url>', 'also send every message on to this OTLP endpoint, unchanged')
    .option('--trace-dir <folder>', 'folder for the traces (default: ~/.pflow/debug)')
    .addOption(
      new Option('--print-env <program>', 'print what to set so that a program reports here').choices([
        'claude',
        'codex',
        'gemini',
        'opencode',
        'goose',
        'copilot',
        'python',
        'node',
        'go',
      ]),
    )
    .action(action(async () => (await import('../commands/collect/collect.js')).collect));

  const rerun = program
    .command('rerun')
    .description('continue a run at its first unfinished node, or run its workflow again')
    .usage('[options] <trace> [key=value…]')
    .argument('<trace>', 'a file, a run id, `latest` or `latest~n`')
    .argument('[inputs...]', 'inputs that replace those of the trace')
    .option('--from <node>', 'resume at this node using the recorded outputs of earlier nodes')
    .addOption(new Option('--only <node>', 'run this node alone on its recorded inputs').conflicts('from'));
  addRunOptions(rerun.addOption(screenReaderOption())).action(
    action(async () => (await import('../commands/run/rerun-command.js')).rerun),
  );

  const demo = program
    .command('demo')
    .description('show the profiler with a simulated model: no key, no network, no cost')
    .option('--trace-dir <folder>', 'folder for the trace (default: ~/.pflow/debug)')
    .option('--no-trace', 'do not write a trace');
  addScreenOptions(demo).action(action(async () => (await import('../commands/run/demo.js')).demo));

  addInsights(program, action);
  addGroups(program, action);
  program
    .command('trust')
    .description('trust the node files and MCP servers of a folder as they are now')
    .argument('[folder]', 'the folder (default: the current one)')
    .option('-y, --yes', 'trust without confirmation')
    .option('--list', 'list the trusted folders')
    .option('--remove', 'trust the folder no longer')
    .action(action(async () => (await import('../commands/trust.js')).trust));
  program
    .command('mcp')
    .description('serve earlier runs to an agent over stdin and stdout (MCP), read-only')
    .usage('')
    .argument('[words...]', 'none: the subcommands of published pflow are answered with what to type here')
    .action(action(async () => (await import('../commands/mcp/mcp.js')).mcp));
  program
    .command('version')
    .description('print the version')
    .action(action(async () => (await import('../commands/print-version.js')).printVersion));
  program
    .command('doctor')
    .description('show what a run would use here, and what is wrong: model, keys, servers, folders, prices')
    .addOption(outputFormat())
    .action(action(async () => (await import('../commands/doctor/doctor.js')).doctor));
  program
    .command('completion')
    .description('print a script that makes your shell complete commands, options, workflows and runs')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addOption(new Option('--words', 'print what may follow the words after --').hideHelp())
    .allowExcessArguments()
    .action(
      action(async () => (await import('../commands/completion/completion.js')).createCompletion(program)),
    );
  program
    .command('help')
    .description('show a page of the manual, or list its topics')
    .usage('[options] [topic]')
    .argument('[topic...]', 'a topic, or a command')
    .option('--no-pager', 'print the page instead of showing it in $PAGER')
    .action(action(async () => (await import('../commands/help/help.js')).createHelp(program)));
  return program;
}

const examples = `
Examples:
  pflow tui "summarize README.md"            run a request in the profiler
  pflow "fetch https://example.com then summarize it"
  pflow summarize-file file_path=notes.md    run a saved workflow
  pflow tui --trace latest                   open the last run
  pflow profile -- python app.py             record the calls of any program
  pflow rerun latest --from report           run it again from a node
  pflow stats --by workflow --since 7d       what was spent

\`pflow help\` lists the pages of the manual.
Exit codes: 0 done, 1 failed, 2 usage error or invalid workflow, 3 limit reached,
            4 request could not be planned, 130 cancelled.`;

function addTargetCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .usage('[options] <request in words | workflow.json | saved-name> [key=value…]')
    .argument('[words...]');
}
