/** Defines the options that select runs and calls, and those that group calls. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Dimension } from '../../ledger/stats/group-key.js';
import { collect, since } from './run-options.js';

/** Adds the options that select runs of the list, or calls of the ledger. */
export function addFilterOptions(command: Command, what: 'runs' | 'calls'): Command {
  const calls = what === 'calls';
  command
    .option(
      '--failed',
      calls ? 'only calls that failed' : 'only runs that failed, reached a limit or were killed',
    )
    .option('--workflow <name>', `only ${what} of workflows with this in their name`)
    .option(
      '--model <name>',
      `only ${calls ? 'calls of models' : 'runs that called a model'} with this in ${calls ? 'their' : 'its'} name`,
    )
    .option(
      '--since <time>',
      `only ${what} since then: 30m, 24h, 7d, 2w or a date${calls ? ' (default: 30d)' : ''}`,
      since,
    )
    .option('--tag <key[=value]>', `only ${what} with this tag`, collect);
  if (!calls) return command;
  return command
    .option('--until <time>', 'only calls before then', since)
    .option('--node <name>', 'only calls of nodes with this in their name')
    .option('--provider <name>', 'only calls to providers with this in their name')
    .option('--project <folder>', 'only calls from projects with this in their path');
}

const DIMENSIONS = [
  'day',
  'week',
  'month',
  'model',
  'provider',
  'workflow',
  'node',
  'project',
  'session',
  'tool',
  'tag',
  'prompt',
] as const;

/** The option that groups calls. */
export function byOption(): Option {
  return new Option(
    '--by <what>',
    `group by ${DIMENSIONS.slice(0, -1).join(', ')} (tag:team by one tag), prompt (its versions), or several: day,model`,
  )
    .default(['model'], 'model')
    .argParser(parseDimensions);
}

function parseDimensions(text: string): Dimension[] {
  const by = text.split(',').map((word): Dimension => {
    const name = word.trim();
    if (/^tag:./.test(name)) return name as `tag:${string}`;
    const known = DIMENSIONS.find((each) => each === name);
    if (known) return known;
    throw new InvalidArgumentError(`Expected ${DIMENSIONS.join(', ')} or tag:<name>.`);
  });
  // A prompt's hash says nothing without its node.
  const all = by.flatMap((each): Dimension[] =>
    each === 'prompt' ? ['workflow', 'node', 'prompt'] : [each],
  );
  return [...new Set(all)];
}

/** Parses the name of a time zone. */
export function timeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('Expected a time zone such as Europe/Berlin or UTC.');
  }
}
