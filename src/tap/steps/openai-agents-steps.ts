/** Observes the spans of the OpenAI Agents SDK at its trace provider. */

import { shadowMethod } from '../hooks/patch.js';
import { onGlobal } from './global-slot.js';
import type { ReportStep, StepHook, StepType } from '../exchange/step-events.js';

const PROVIDER = Symbol.for('openai.agents.core.traceProvider');
const CONTEXT = Symbol.for('openai.agents.core.asyncLocalStorage');

/** The id of a span that is not recorded, because tracing is disabled. */
const NO_OP = 'no-op';

type AgentSpan = Readonly<{
  spanId: string;
  parentId: string | null;
  spanData: Readonly<Record<string, unknown>>;
  error: Readonly<{ message?: unknown }> | null;
}>;

/** Every copy of the SDK uses the one provider on globalThis. */
export function hookOpenAiAgents(report: ReportStep): StepHook {
  /** The open spans that are no steps, such as those of responses, by id: the step around each. */
  const passed = new Map<string, string | undefined>();
  const open = new Set<string>();
  let active = true;
  const findStep = (id: string | null | undefined): string | undefined => {
    const found = id !== null && id !== undefined && passed.has(id) ? passed.get(id) : (id ?? undefined);
    return found !== undefined && open.has(found) ? found : undefined;
  };
  const onStart = (span: AgentSpan): void => {
    const { spanId, parentId, spanData } = span;
    const parent = findStep(parentId);
    const described = describe(spanData);
    if (!described) return void passed.set(spanId, parent);
    open.add(spanId);
    report({ kind: 'started', step: spanId, parent, ...described, input: spanData['input'] });
  };
  const onEnd = ({ spanId, spanData, error }: AgentSpan): void => {
    passed.delete(spanId);
    if (!open.delete(spanId)) return;
    const end = error ? { error: new Error(String(error.message)) } : { output: spanData['output'] };
    report({ kind: 'finished', step: spanId, ...end });
  };
  const stopWaiting = onGlobal(PROVIDER, (provider) =>
    shadowMethod(
      provider,
      'createSpan',
      (original) =>
        function (this: unknown, ...args) {
          const span = original.apply(this, args);
          if (active) watch(span as AgentSpan, onStart, onEnd);
          return span;
        },
    ),
  );
  return {
    current() {
      const storage = Reflect.get(globalThis, CONTEXT) as { getStore(): unknown } | undefined;
      const state = storage?.getStore() as { span?: { spanId?: unknown } } | undefined;
      const id = state?.span?.spanId;
      return typeof id === 'string' ? findStep(id) : undefined;
    },
    undo() {
      active = false;
      stopWaiting();
    },
  };
}

function watch(span: AgentSpan, onStart: (span: AgentSpan) => void, onEnd: (span: AgentSpan) => void): void {
  try {
    if (span.spanId === NO_OP) return;
    for (const [name, listener] of [
      ['start', onStart],
      ['end', onEnd],
    ] as const) {
      shadowMethod(
        span,
        name,
        (original) =>
          function (this: unknown, ...args) {
            const result = original.apply(this, args);
            listener(span);
            return result;
          },
      );
    }
  } catch {
    // A frozen span stays unobserved.
  }
}

/** What a span is; undefined for those of calls, which are seen as requests, and of the run as a whole. */
function describe(data: Readonly<Record<string, unknown>>): { type: StepType; name: string } | undefined {
  const name = String(data['name']);
  switch (data['type']) {
    case 'agent':
      return { type: 'agent', name };
    case 'function':
    case 'mcp_tools':
      return { type: 'tool', name: data['type'] === 'function' ? name : 'list MCP tools' };
    case 'handoff':
      return { type: 'step', name: `handoff to ${String(data['to_agent'])}` };
    case 'guardrail':
      return { type: 'step', name: `guardrail ${name}` };
    case 'turn':
      return { type: 'step', name: `turn ${String(data['turn'])}` };
    case 'custom':
      return { type: 'step', name };
    default:
      return undefined;
  }
}
