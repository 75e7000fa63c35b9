/** Reads from the settings which commands are run when something happens to a run. */
import { nearest } from '../../lib/text/nearest.js';

/** What may happen to a run that a command is run for. */
export const notifiedEvents = ['finished', 'failed', 'budget80', 'stalled'] as const;
export type NotifiedEvent = (typeof notifiedEvents)[number];

/** A line for the shell, or a program with its arguments. */
export type NotificationCommand = string | readonly string[];

/** The commands by event; only the user's own settings file has them, never that of a project. */
export type NotificationCommands = Readonly<Partial<Record<NotifiedEvent, NotificationCommand>>>;

/** Parses the setting `on`. An event or a command that cannot be used is a warning. */
export function readNotificationCommands(source: unknown): {
  commands: NotificationCommands;
  warnings: readonly string[];
} {
  if (source === undefined) return { commands: {}, warnings: [] };
  if (typeof source !== 'object' || source === null || Array.isArray(source))
    return { commands: {}, warnings: ['on must be an object such as {"finished": "notify-send pflow"}.'] };
  const warnings: string[] = [];
  const commands: Partial<Record<NotifiedEvent, NotificationCommand>> = {};
  for (const [name, command] of Object.entries(source)) {
    const event = notifiedEvents.find((each) => each === name);
    if (event === undefined) warnings.push(describeUnknown(name));
    else if (!isCommand(command))
      warnings.push(`on.${name} must be a command line, or a list of a program and its arguments.`);
    else commands[event] = command;
  }
  return { commands, warnings };
}

function describeUnknown(name: string): string {
  const [hint] = nearest(name, notifiedEvents, 1);
  return `There is no setting 'on.${name}'. ${hint ? `Did you mean 'on.${hint}'?` : `There are: ${notifiedEvents.join(', ')}.`}`;
}

function isCommand(value: unknown): value is NotificationCommand {
  if (typeof value === 'string') return value.trim() !== '';
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && each !== '')
  );
}
