/** Leaves numbers out of what was not understood, where an adapter knows better. */
import type { ReportedCounts } from './read-counts.js';

/** A record of numbers without some of its names. */
export function omit(
  record: Readonly<Record<string, number>>,
  ...names: readonly string[]
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** What was not understood, without xAI's number of calls of tools where it also reports them by tool. */
export function omitToolSum({ unconsumed, names }: ReportedCounts): Readonly<Record<string, number>> {
  return names.has('server_side_tool_usage_details')
    ? omit(unconsumed, 'num_server_side_tools_used')
    : unconsumed;
}
