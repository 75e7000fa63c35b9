/** Hooks the agent frameworks of a program, by the registries through which they offer their events. */

import { setStepFinder, type ReportStep, type StepHook } from '../exchange/step-events.js';
import { hookAiSdk } from './ai-sdk-steps.js';
import { hookLangChain } from './langchain-steps.js';
import { hookOpenAiAgents } from './openai-agents-steps.js';

/** Hooks all frameworks, those that are loaded later too. Nothing is thrown into them. Returns the undo. */
export function hookSteps(report: ReportStep): () => void {
  const quiet: ReportStep = (event) => void tryTo(() => report(event));
  const hooks: readonly StepHook[] = [hookAiSdk, hookLangChain, hookOpenAiAgents].flatMap(
    (hook) => tryTo(() => hook(quiet)) ?? [],
  );
  const find = (by: (hook: StepHook) => string | undefined): string | undefined => {
    for (const hook of hooks) {
      const found = tryTo(() => by(hook));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  setStepFinder({
    current: () => find((hook) => hook.current?.()),
    claim(body) {
      // Decoded only where a request was announced: a body may have megabytes.
      let text: string | undefined;
      const readBody = () => (text ??= Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
      return find((hook) => hook.claim?.(readBody));
    },
  });
  return () => {
    setStepFinder(undefined);
    for (const hook of hooks) hook.undo();
  };
}

function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
