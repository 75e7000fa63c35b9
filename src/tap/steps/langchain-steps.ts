/** Observes the runs of LangChain and LangGraph with a callback handler, registered as their own configure hooks are. */

import { onGlobal } from './global-slot.js';
import { shadowMethod } from '../hooks/patch.js';
import type { ReportStep, StepHook, StepType } from '../exchange/step-events.js';

const STORAGE = Symbol.for('ls:tracing_async_local_storage');
const VARIABLES = Symbol.for('lc:context_variables');
/** The description of the symbol under which LangChain keeps its hooks; the symbol itself is private to it. */
const HOOKS = 'lc:configure_hooks';
/** Under this variable it finds the handler. */
const HANDLER = 'pflow';

/** Runs of the machinery: what is inside belongs to the run around them. */
const machinery =
  /^(?:Runnable|ChannelWrite|ChannelRead|Branch<|__start__|__end__|\w*OutputParser|\w*PromptTemplate$)/;

/** The longest part of a prompt that is looked for in a request. */
const MAX_SAMPLE = 200;

type Run = { parent: string | undefined; isStep: boolean };
type Announced = { step: string | undefined; sample: string };

export function hookLangChain(report: ReportStep): StepHook {
  const runs = new Map<string, Run>();
  /** Calls that have begun and whose request is not seen yet, by run id. */
  const announced = new Map<string, Announced>();
  const findStep = (id: unknown): string | undefined => {
    if (typeof id !== 'string') return undefined;
    const run = runs.get(id);
    if (!run) return undefined;
    return run.isStep ? id : run.parent;
  };
  const start = (id: unknown, parentId: unknown, type: StepType, name: string, input: unknown): void => {
    const parent = findStep(parentId);
    runs.set(String(id), { parent, isStep: true });
    report({ kind: 'started', step: String(id), parent, type, name, input });
  };
  const finish = (id: unknown, end: Readonly<{ output?: unknown; error?: unknown }>): void => {
    if (runs.get(String(id))?.isStep) report({ kind: 'finished', step: String(id), ...end });
    runs.delete(String(id));
  };
  const announce = (id: unknown, parentId: unknown, prompt: unknown): void =>
    void announced.set(String(id), { step: findStep(parentId), sample: sampleOf(prompt) });
  const settle = (_result: unknown, id: unknown): void => void announced.delete(String(id));
  const handler = createHandler({
    handleChainStart(...args) {
      const [, input, id, parentId, tags, metadata, , runName] = args;
      const name = String(runName ?? 'chain');
      const isHidden = Array.isArray(tags) && tags.includes('langsmith:hidden');
      if (isHidden || machinery.test(name))
        return void runs.set(String(id), { parent: findStep(parentId), isStep: false });
      start(id, parentId, isAgent(name, metadata) ? 'agent' : 'step', name, input);
    },
    handleChainEnd: (output, id) => finish(id, { output }),
    handleChainError: (error, id) => finish(id, { error }),
    handleToolStart(...args) {
      const [tool, input, id, parentId, , , runName] = args;
      const { id: path } = tool as { id?: unknown };
      const name = runName ?? (Array.isArray(path) ? (path.at(-1) as unknown) : undefined) ?? 'tool';
      start(id, parentId, 'tool', String(name), parseText(input));
    },
    handleToolEnd: (output, id) => finish(id, { output: contentOf(output) }),
    handleToolError: (error, id) => finish(id, { error }),
    handleRetrieverStart: (...args) =>
      start(args[2], args[3], 'retrieval', String(args[6] ?? 'retriever'), args[1]),
    handleRetrieverEnd: (output, id) => finish(id, { output }),
    handleRetrieverError: (error, id) => finish(id, { error }),
    handleChatModelStart: (...args) => announce(args[2], args[3], lastMessage(args[1])),
    handleLLMStart: (...args) => announce(args[2], args[3], (args[1] as unknown[] | undefined)?.at(-1)),
    handleLLMEnd: settle,
    handleLLMError: settle,
  });
  let active = true;
  const stopWaiting = onGlobal(STORAGE, (storage) =>
    shadowMethod(
      storage,
      'getStore',
      (original) =>
        function (this: unknown, ...args) {
          const store = original.apply(this, args);
          return active && isReadingVariable() ? addHandler(store, handler) : store;
        },
    ),
  );
  return {
    claim(readBody) {
      const found = [...announced].find(([, { sample }]) => readBody().includes(sample));
      if (!found) return undefined;
      announced.delete(found[0]);
      return found[1].step;
    },
    undo() {
      active = false;
      stopWaiting();
    },
  };
}

/** An agent is a graph, whose nodes have its metadata as well. */
function isAgent(name: string, metadata: unknown): boolean {
  const { ls_integration, lc_agent_name, langgraph_node } = Object(metadata) as Record<string, unknown>;
  if (lc_agent_name === name) return true;
  return ls_integration === 'langchain_create_agent' && langgraph_node !== name && name === 'LangGraph';
}

type Method = (...args: readonly unknown[]) => void;

/** A handler as LangChain recognises it. It is awaited, so that its events are in order; it does nothing that takes time. */
function createHandler(methods: Readonly<Record<string, Method>>): object {
  const handler = {
    name: HANDLER,
    awaitHandlers: true,
    raiseError: false,
    copy: (): object => handler,
    ...Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        (...args: readonly unknown[]): void => {
          try {
            method(...args);
          } catch {
            // An error would be printed by LangChain.
          }
        },
      ]),
    ),
  };
  return handler;
}

/** Whether a context variable is being read: only then there is one more, so that all other code gets its own store unchanged. */
function isReadingVariable(): boolean {
  const { stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = 2;
    Error.captureStackTrace(holder, isReadingVariable);
    return typeof holder.stack === 'string' && holder.stack.includes('getContextVariable');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function addHandler(store: unknown, handler: object): object {
  const own = (Reflect.get(Object(store) as object, VARIABLES) ?? {}) as object;
  const variables = new Proxy(own, {
    get(target, key) {
      if (key === HANDLER) return handler;
      const value: unknown = Reflect.get(target, key);
      if (typeof key !== 'symbol' || key.description !== HOOKS) return value;
      return [
        ...(Array.isArray(value) ? (value as unknown[]) : []),
        { contextVar: HANDLER, inheritable: true },
      ];
    },
  });
  return { [VARIABLES]: variables };
}

function lastMessage(batches: unknown): unknown {
  const messages = Array.isArray(batches) ? (batches.at(-1) as unknown) : undefined;
  const last = Array.isArray(messages) ? (messages.at(-1) as { content?: unknown } | undefined) : undefined;
  return last?.content;
}

/** The beginning of a prompt as it appears in the JSON of a request. */
function sampleOf(prompt: unknown): string {
  const part: unknown = Array.isArray(prompt)
    ? (prompt as { text?: unknown }[]).find(({ text }) => text)?.text
    : prompt;
  return typeof part === 'string' ? JSON.stringify(part.slice(0, MAX_SAMPLE)).slice(1, -1) : '';
}

/** The content of a tool's message. */
function contentOf(output: unknown): unknown {
  const { content } = Object(output) as { content?: unknown };
  return content ?? output;
}

function parseText(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}
