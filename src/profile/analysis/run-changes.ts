/** Lists what a node of a run was given otherwise than in an earlier run of the same workflow. */
import { isSameCaptured, type Captured } from '../../trace/event/captured.js';
import type { RunState, Span } from '../run/run-state.js';
import { findNodePath } from '../run/span-tree.js';

/** Something that an earlier run had otherwise; undefined where one of the runs lacks it. */
export type RunChange = Readonly<{
  what: 'input' | 'parameter' | 'prompt' | 'model';
  name: string;
  before: Captured | undefined;
  after: Captured | undefined;
}>;

/** What an earlier run had otherwise: inputs, the parameters, the prompt and the model of the node. */
export function listRunChanges(run: RunState, node: Span, earlier: RunState): RunChange[] {
  const other = findAtPath(earlier, findNodePath(run, node.id).join('/'), node.visit);
  const changes: RunChange[] = [];
  const compare = (what: RunChange['what'], name: string, before?: Captured, after?: Captured) => {
    if (!isSameCaptured(before, after)) changes.push({ what, name, before, after });
  };
  const [inputs, formerInputs] = [run, earlier].map(readInputs);
  for (const name of unionOf(inputs, formerInputs))
    compare('input', name, formerInputs![name], inputs![name]);
  if (!other) return changes;
  const [params, former] = [valuesOf(node), valuesOf(other)];
  for (const name of unionOf(params, former)) compare('parameter', name, former[name], params[name]);
  const [call, formerCall] = [findCall(run, node), findCall(earlier, other)];
  if (!call || !formerCall) return changes;
  if (!('prompt' in params)) compare('prompt', 'prompt', formerCall.request?.prompt, call.request?.prompt);
  compare('prompt', 'system prompt', formerCall.request?.system, call.request?.system);
  compare('model', 'model', modelOf(formerCall), modelOf(call));
  return changes;
}

type Call = NonNullable<Span['call']>;
type Values = Readonly<Record<string, Captured>>;

function findAtPath(run: RunState, path: string, visit: number): Span | undefined {
  let found: Span | undefined;
  for (const span of run.spans.values()) {
    if (span.kind !== 'node' || findNodePath(run, span.id).join('/') !== path) continue;
    if (span.visit <= visit) found = span;
  }
  return found;
}

function readInputs({ started, plans }: RunState): Values {
  return plans.find(({ span }) => span === undefined)?.params ?? started?.params ?? {};
}

function valuesOf({ resolved }: Span): Values {
  return Object.fromEntries(Object.entries(resolved?.params ?? {}).map(([name, { value }]) => [name, value]));
}

/** The last call in a node. */
function findCall(run: RunState, span: Span): Call | undefined {
  const children = span.children.flatMap((id) => run.spans.get(id) ?? []);
  return (
    span.call ??
    children.reduceRight<Call | undefined>((found, child) => found ?? findCall(run, child), undefined)
  );
}

function modelOf({ provider, requestedModel }: Call): string {
  return `${provider}/${requestedModel}`;
}

function unionOf(...records: (Values | undefined)[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record ?? {})))];
}
