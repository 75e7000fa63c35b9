/** Runs `pflow trace list`: the traces of a folder, newest first. */
import { formatDuration } from '../../../lib/text/format.js';
import { defaultTraceDir } from '../../../trace/files/trace-file-name.js';
import { listTraces } from '../../../trace/files/find-trace.js';
import type { Invocation } from '../../io/invocation.js';
import { print, printJson, say } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';
import { readTraceEnd } from '../../traces/trace-status.js';

const SHOWN = 50;

/** `pflow trace list`: lists traces from their file names and last lines. */
export async function traceList({
  options,
}: Invocation<FormatOption & { all?: boolean; traceDir?: string }>): Promise<ExitCode> {
  const folder = options.traceDir ?? defaultTraceDir(process.env);
  const all = listTraces(folder);
  const shown = options.all ? all : all.slice(0, SHOWN);
  const traces = shown.flatMap((trace) => {
    const end = readTraceEnd(trace.path);
    return end === 'gone' ? [] : [{ ...trace, end }];
  });
  if (options.outputFormat === 'json') {
    printJson(
      traces.map(({ run, name, time, path, end }) => ({
        run,
        name,
        time: isoTime(time),
        status: end?.status ?? null,
        duration_ms: end?.ms ?? null,
        path,
      })),
    );
  } else if (traces.length === 0) {
    say(`No traces in ${folder} yet: run a workflow first.`);
  } else {
    print(
      table(
        traces.map(({ run, name, time, end }) => [
          run,
          isoTime(time).replace('T', ' '),
          end?.status ?? 'unfinished',
          end ? formatDuration(end.ms) : '',
          name,
        ]),
      ),
    );
    if (shown.length < all.length) say(`… and ${all.length - shown.length} older traces: --all lists them.`);
  }
  return exitCodes.done;
}

/** `20261122-183005` as `2026-11-22T18:30:05`, local time. */
function isoTime(time: string): string {
  return time.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6');
}
