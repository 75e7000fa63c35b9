/** What agent frameworks report of their own work: agents, steps, tools and retrievals. */

/** What a step is. */
export type StepType = 'agent' | 'step' | 'tool' | 'retrieval';

/** The start or the end of a step; `step` and `parent` are ids that are unique in the process. */
export type StepEvent =
  | Readonly<{
      kind: 'started';
      step: string;
      parent: string | undefined;
      type: StepType;
      name: string;
      input?: unknown;
    }>
  | Readonly<{ kind: 'finished'; step: string; output?: unknown; error?: unknown }>;

export type ReportStep = (event: StepEvent) => void;

/** The hook of one framework. */
export type StepHook = Readonly<{
  /** The innermost open step in whose async context this is called. */
  current?(): string | undefined;
  /** The step that has announced a request with this body, for frameworks whose context is lost on the way to it. */
  claim?(readBody: () => string): string | undefined;
  undo(): void;
}>;

/** Finds the step that sends a request. */
type StepFinder = Readonly<{
  current(): string | undefined;
  claim(body: Uint8Array): string | undefined;
}>;

let finder: StepFinder | undefined;

export function setStepFinder(found: StepFinder | undefined): void {
  finder = found;
}

/** The step in whose async context this is called, if a framework keeps one. */
export function currentStep(): string | undefined {
  return finder?.current();
}

/** The step that has announced a request with this body. */
export function claimStep(body: Uint8Array | undefined): string | undefined {
  return body === undefined ? undefined : finder?.claim(body);
}
