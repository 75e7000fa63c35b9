/** The library: everything that `import … from 'pflow-profiler'` offers. The rest is private. */

export { run } from './session/run.js';
export type { RunOptions, RunResult } from './session/observe-run.js';
export { trace, type PocketFlowRunnable, type TraceOptions } from './session/trace-flow.js';

export { PflowError, type ErrorCode } from './lib/error.js';

export type { Captured } from './trace/event/captured.js';
export type { EventOf, RunStatus, TraceEvent } from './trace/event/event.js';
export { followTrace, type FollowOptions } from './trace/read/follow-trace.js';
export { toTraceEvent, type CompactEvent } from './trace/event/compact-event.js';
export { TraceLog } from './trace/write/event-log.js';
export { readTrace, type ReadOptions } from './trace/read/read-trace.js';
export type { TraceSink } from './trace/event/trace-sink.js';

export { normalizeUsage } from './usage/normalize.js';
export type { UsageHint } from './usage/adapters/adapter.js';
export type { Usage } from './usage/record/usage.js';
export type { Certainty, Cost, CostComponent } from './pricing/cost.js';
export { costOf, type CostOptions } from './pricing/price-call.js';

export type { NodeType, Effect } from './nodes/definition/node-type.js';
export {
  defineCustomNode as defineNode,
  type NodeDefinition,
  type NodeWork,
} from './nodes/definition/define-node.js';
export { pocketFlowType, type PocketFlowClass } from './nodes/custom/pocketflow.js';
export type { Workflow } from './workflow/format/ir.js';

export { BaseNode, type RetryOptions } from './runtime/node/base-node.js';
export type { Limits, RunControl } from './runtime/control/run-control.js';
export { Flow, type FlowEdge, type FlowConfig } from './runtime/flow/flow.js';
export type { Action, RunContext, Runnable, Shared } from './runtime/contract/runnable.js';
export { NamespacedWrapper } from './runtime/wrappers/namespaced-wrapper.js';
export { TemplateAwareWrapper, type TemplateOptions } from './runtime/wrappers/template-aware-wrapper.js';
export { TracingWrapper, type TracedAs } from './runtime/wrappers/tracing-wrapper.js';
export { MetricsCollector } from './metrics/collector.js';
export type { RunSummary } from './metrics/summary.js';
