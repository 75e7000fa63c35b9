/** Recognizes exit codes by which a command reports that it found nothing, which is a result and no failure. */

/** What the shell left when it ended. */
type Ended = Readonly<{ exitCode: number; stderr: string }>;

/**
 * Whether a command line ended without a failure although its exit code is not 0: `grep` or `rg` matched nothing, `which` or
 * `command -v` found no program, or the pattern of an `ls` matched no file. With anything else on stderr it failed. The
 * rules are those of published pflow, restricted to the commands that can determine the exit code.
 */
export function isNoMatch(command: string, { exitCode, stderr }: Ended): boolean {
  if (exitCode === 0) return false;
  const silent = stderr.trim() === '';
  return decidingCommands(command).some(([name, ...args]) => {
    switch (name) {
      case 'grep':
      case 'egrep':
      case 'fgrep':
      case 'zgrep':
      case 'rg':
        return exitCode === 1 && silent;
      case 'git':
        return args[0] === 'grep' && exitCode === 1 && silent;
      case 'which':
        return exitCode === 1 && (silent || /^(?:.*which: )?no .+ in \(.*\)$/.test(stderr.trim()));
      // dash ends with 127.
      case 'command':
        return /^-[vV]$/.test(args[0] ?? '') && (exitCode === 1 || exitCode === 127) && silent;
      case 'ls':
        return args.some((arg) => /[*?[\]]/.test(arg)) && /No such file|cannot access/.test(stderr);
      default:
        return false;
    }
  });
}

/**
 * The words of the commands of which one gave the exit code: the links of the last `&&` chain, each the last of its
 * pipeline, or any of it under `pipefail`.
 */
function decidingCommands(command: string): string[][] {
  // The text of quotes contains no commands.
  const bare = command
    .trim()
    .replace(/\\\n/g, ' ')
    .replace(/'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]/g, '_');
  const list = bare
    .split(/\|\||;|\n|(?<![>&])&(?![>&])/)
    .map((each) => each.trim())
    .filter(Boolean);
  const pipefail = /\bset\s+-\w*o\s+pipefail\b/.test(bare);
  return (list.at(-1) ?? '').split('&&').flatMap((link) => {
    const pipeline = link.split(/\|&?/);
    return (pipefail ? pipeline : pipeline.slice(-1)).map(wordsOf);
  });
}

/** The words of a simple command, without assignments and what only runs another command. */
function wordsOf(command: string): string[] {
  const words = command.trim().replace(/^\(/, '').trim().split(/\s+/);
  const start = words.findIndex(
    (word) => !/^(?:\w+=.*|[!({]|(?:.*\/)?(?:sudo|env|time|nice|xargs|exec|then|do|else))$/.test(word),
  );
  const [name = '', ...args] = start === -1 ? [] : words.slice(start);
  return [name.split('/').at(-1)!, ...args];
}
