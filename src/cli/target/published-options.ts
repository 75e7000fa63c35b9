/** What to type here for the options and subcommands of published pflow. */

const options: Readonly<Record<string, string>> = {
  '--validate-only': 'Type `pflow workflow validate FILE`.',
  '--dry-run': 'Type `pflow plan "…"` for a request, or `pflow workflow validate FILE`.',
  '--no-cache': 'Leave it out: every node runs each time.',
  '--cache':
    'Leave it out: every node runs each time. `pflow rerun latest --from NODE` keeps what came before.',
  '--only': 'Type `pflow rerun latest --only NODE`.',
  '--from': 'Type `pflow rerun latest --from NODE`.',
  '-o': 'Mark the output with `stdout: true` in the workflow; `--output-format json` prints all of them.',
  '--output-key': 'Mark the output with `stdout: true` in the workflow.',
  '-v': 'Leave it out: progress is printed on stderr, and `pflow trace show` prints the nodes of a run.',
  '--verbose':
    'Leave it out: progress is printed on stderr, and `pflow trace show` prints the nodes of a run.',
  '--report': 'Type `pflow trace export --format markdown` after the run.',
  '--report-dir': 'Type `pflow trace export --format markdown` after the run.',
  '--trace': 'Leave it out: a trace is written in any case. `pflow tui --trace latest` opens it.',
  '--trace-planner': 'Leave it out: the trace holds the planner too.',
  '--planner-model': 'Use --model.',
  '--auto-approve': 'Use --yes.',
  '--auto-repair': 'Leave it out: a planned workflow that is invalid is repaired once.',
  '--no-repair': 'Leave it out.',
  '--no-update': 'Leave it out: a saved workflow is changed by `pflow workflow save` only.',
  '--save': 'Type `pflow workflow save NAME --from latest` after the run.',
  '--no-save': 'Leave it out: nothing is saved by itself.',
  '--cache-planner': 'Leave it out.',
};

/** What to do in place of an option of published pflow. */
export function adviceOnOption(option: string): string | undefined {
  const [name = ''] = option.split('=');
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

const subcommands: Readonly<Record<string, string>> = {
  'registry run': 'A workflow of one node runs it: `pflow help workflows`.',
  'registry scan': 'Node files in ~/.pflow/nodes are read by themselves: `pflow help nodes`.',
  'registry search': 'Type `pflow registry list`.',
  'registry discover': 'Type `pflow registry list`.',
  'workflow discover': 'Type `pflow workflow list`.',
  'workflow run': 'Type `pflow NAME`.',
};

/** What to type in place of a subcommand of published pflow. */
export function adviceOnSubcommand(group: string, name: string): string | undefined {
  const key = `${group} ${name}`;
  return Object.hasOwn(subcommands, key) ? subcommands[key] : undefined;
}
