/** Derives the ids that a run has in OpenTelemetry, so that an exported run and the programs it starts are one trace. */

import { createHash } from 'node:crypto';

/** The ids of a run and its spans. */
export type RunIds = Readonly<{
  traceId: string;
  /** The span that the run was started in. */
  parentId: string | undefined;
  /** The id of a span; 0 is the run. */
  idOf(span: number): string;
}>;

/** The same run gives the same ids. With the W3C trace context that it was started in, it belongs to that trace. */
export function createRunIds(run: string, traceparent?: string): RunIds {
  const uuid = run.replaceAll('-', '').toLowerCase();
  const [, trace, parentId] = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/.exec(traceparent ?? '') ?? [];
  return {
    traceId: trace ?? (/^(?!0{32})[0-9a-f]{32}$/.test(uuid) ? uuid : hash(run).slice(0, 32)),
    parentId,
    idOf: (span) => hash(`${run}/${span}`).slice(0, 16),
  };
}

/** The trace context for what a span starts: a program, a request. */
export function formatTraceparent({ traceId, idOf }: RunIds, span: number): string {
  return `00-${traceId}-${idOf(span)}-01`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
