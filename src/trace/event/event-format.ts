/** The constants of the trace format, for writers: they need no schema. */
/** The name and version of the format, written into the first event. A reader accepts newer minor additions. */
export const TRACE_FORMAT = 'pflow-trace';
export const TRACE_VERSION = 2;

/** Placeholder for the fields that the log fills in. */
export const UNSTAMPED = -1;

/** Whether this version of pflow knows the event type. */
export function isKnownType(type: string): type is KnownType {
  return Object.hasOwn(knownTypes, type);
}

/** The types of the schema's events. */
const knownTypes = {
  'run.started': true,
  'workflow.planned': true,
  'span.started': true,
  'span.finished': true,
  'params.resolved': true,
  'store.changed': true,
  'llm.request': true,
  'llm.response': true,
  'llm.progress': true,
  'call.linked': true,
  'log.written': true,
  'progress.changed': true,
  'control.changed': true,
  'run.finished': true,
} as const;
type KnownType = keyof typeof knownTypes;
