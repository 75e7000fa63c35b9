/** Observes the agent loops of the AI SDK 6 through its registry of telemetry integrations. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { ReportStep, StepHook, StepType } from '../exchange/step-events.js';

const REGISTRY = 'AI_SDK_TELEMETRY_INTEGRATIONS';

type Step = { id: string; parent: Step | undefined; isOpen: boolean };
type Event = Readonly<Record<string, unknown>>;

/**
 * The SDK reads the listeners of each integration once per generation, `onStart` first: that distinguishes the events of generations
 * that run at the same time. It calls them synchronously in its own async context, which the requests and tools then inherit.
 */
export function hookAiSdk(report: ReportStep): StepHook {
  const context = new AsyncLocalStorage<Step>();
  let generation = new Generation(context, report);
  const integration = {
    get onStart() {
      const own = (generation = new Generation(context, report));
      return (event: Event) => own.start(event);
    },
    get onStepStart() {
      const own = generation;
      return (event: Event) => own.startStep(event);
    },
    get onToolCallStart() {
      const own = generation;
      return (event: Event) => own.startTool(event);
    },
    get onToolCallFinish() {
      const own = generation;
      return (event: Event) => own.finishTool(event);
    },
    get onStepFinish() {
      const own = generation;
      return (event: Event) => own.finishStep(event);
    },
    get onFinish() {
      const own = generation;
      return (event: Event) => own.finish(event);
    },
  };
  const holder = globalThis as unknown as Record<string, unknown>;
  const hadRegistry = Array.isArray(holder[REGISTRY]);
  if (!hadRegistry)
    Object.defineProperty(holder, REGISTRY, {
      value: [],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  const registry = holder[REGISTRY] as unknown[];
  registry.push(integration);
  return {
    current: () => findOpen(context.getStore())?.id,
    undo() {
      const at = registry.indexOf(integration);
      if (at >= 0) registry.splice(at, 1);
      if (!hadRegistry && registry.length === 0 && holder[REGISTRY] === registry) delete holder[REGISTRY];
    },
  };
}

/** The context of a finished step is that of the step around it. */
function findOpen(step: Step | undefined): Step | undefined {
  for (let each = step; each; each = each.parent) if (each.isOpen) return each;
  return undefined;
}

let count = 0;

/** One call of generateText or streamText. Without tools it is one request, which needs no steps around it. */
class Generation {
  readonly #context: AsyncLocalStorage<Step>;
  readonly #report: ReportStep;
  readonly #tools = new Map<unknown, Step>();
  #agent: Step | undefined;
  #step: Step | undefined;

  constructor(context: AsyncLocalStorage<Step>, report: ReportStep) {
    this.#context = context;
    this.#report = report;
  }

  start({ tools, functionId, system, prompt, messages }: Event): void {
    if (typeof tools !== 'object' || tools === null || Object.keys(tools).length === 0) return;
    const name = typeof functionId === 'string' && functionId !== '' ? functionId : 'agent';
    const input = omitAbsent({ system, prompt, messages });
    this.#agent = this.#open('agent', name, findOpen(this.#context.getStore()), input);
  }

  startStep({ stepNumber }: Event): void {
    if (!this.#agent) return;
    this.#close(this.#step);
    this.#step = this.#open('step', `step ${Number(stepNumber) + 1}`, this.#agent);
  }

  startTool({ toolCall }: Event): void {
    const { toolCallId, toolName, input } = toolCall as Event;
    const parent = this.#step?.isOpen === true ? this.#step : this.#agent;
    this.#tools.set(toolCallId, this.#open('tool', String(toolName), parent, input));
  }

  finishTool({ toolCall, success, output, error }: Event): void {
    const { toolCallId } = toolCall as Event;
    this.#close(this.#tools.get(toolCallId), success === false ? { error } : { output });
    this.#tools.delete(toolCallId);
  }

  finishStep(_event: Event): void {
    this.#close(this.#step);
  }

  finish({ text }: Event): void {
    this.#close(this.#step);
    this.#close(this.#agent, { output: text });
  }

  #open(type: StepType, name: string, parent: Step | undefined, input?: unknown): Step {
    const step: Step = { id: `ai-sdk.${++count}`, parent, isOpen: true };
    this.#report({ kind: 'started', step: step.id, parent: parent?.id, type, name, input });
    this.#context.enterWith(step);
    return step;
  }

  #close(step: Step | undefined, end: Readonly<{ output?: unknown; error?: unknown }> = {}): void {
    if (step?.isOpen !== true) return;
    step.isOpen = false;
    this.#report({ kind: 'finished', step: step.id, ...end });
  }
}

function omitAbsent(fields: Event): Event {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
