/** What a step works on. */
export type Source =
  | Readonly<{ kind: 'file'; path: string }>
  | Readonly<{ kind: 'url'; url: string }>
  | Readonly<{ kind: 'files'; pattern: string; folder: string }>
  /** Files that are each named: `a.md, b.md and c.md`. */
  | Readonly<{ kind: 'list'; paths: readonly string[] }>
  | Readonly<{ kind: 'stdin' }>
  /** Words that point back: `it`, `the summary`. */
  | Readonly<{ kind: 'back'; noun: string }>
  /** Text in quotes, to be written as it is. */
  | Readonly<{ kind: 'literal'; text: string }>;

export type Counted = 'words' | 'lines' | 'characters' | 'files';
export type Extracted = 'links' | 'emails' | 'headings' | 'keywords';

/** What a clause means. */
export type Step =
  | Readonly<{ verb: 'read'; source: Source }>
  | Readonly<{ verb: 'summarize'; source: Source; sentences?: number }>
  | Readonly<{ verb: 'fetch'; source: Source }>
  | Readonly<{ verb: 'run'; command: string }>
  | Readonly<{ verb: 'list'; source: Source }>
  | Readonly<{ verb: 'count'; what: Counted; source: Source }>
  | Readonly<{ verb: 'extract'; what: Extracted; source: Source }>
  /** With `each`, `path` is a folder in which every one of several gets a file of its own. */
  | Readonly<{ verb: 'write'; source: Source; path: string; append: boolean; each?: boolean }>
  | Readonly<{ verb: 'copy' | 'move'; source: Source; path: string }>
  | Readonly<{ verb: 'delete'; source: Source }>
  /** `for each …`: what follows is done for each of these. */
  | Readonly<{ verb: 'each'; source: Source }>;

export type StepOf<Verb extends Step['verb']> = Extract<Step, { verb: Verb }>;

/** A clause as it was written, and what it means: one step, or a `for each` and the step it begins with. */
export type Clause = Readonly<{ text: string; steps: readonly Step[] }>;
