/** The source of a step. */
export type Source =
  | Readonly<{ kind: 'file'; path: string }>
  | Readonly<{ kind: 'url'; url: string }>
  | Readonly<{ kind: 'files'; pattern: string; folder: string }>
  /** Individually named files: `a.md, b.md and c.md`. */
  | Readonly<{ kind: 'list'; paths: readonly string[] }>
  | Readonly<{ kind: 'stdin' }>
  /** References: `it`, `the summary`. */
  | Readonly<{ kind: 'back'; noun: string }>
  /** Quoted text, written verbatim. */
  | Readonly<{ kind: 'literal'; text: string }>;

export type Counted = 'words' | 'lines' | 'characters' | 'files';
export type Extracted = 'links' | 'emails' | 'headings' | 'keywords';

/** A parsed step. */
export type Step =
  | Readonly<{ verb: 'read'; source: Source }>
  | Readonly<{ verb: 'summarize'; source: Source; sentences?: number }>
  | Readonly<{ verb: 'fetch'; source: Source }>
  | Readonly<{ verb: 'run'; command: string }>
  | Readonly<{ verb: 'list'; source: Source }>
  | Readonly<{ verb: 'count'; what: Counted; source: Source }>
  | Readonly<{ verb: 'extract'; what: Extracted; source: Source }>
  /** With `each`, `path` is a folder with one file per result. */
  | Readonly<{ verb: 'write'; source: Source; path: string; append: boolean; each?: boolean }>
  | Readonly<{ verb: 'copy' | 'move'; source: Source; path: string }>
  | Readonly<{ verb: 'delete'; source: Source }>
  /** `for each …`: the following steps apply to each element. */
  | Readonly<{ verb: 'each'; source: Source }>;

export type StepOf<Verb extends Step['verb']> = Extract<Step, { verb: Verb }>;

/** A clause verbatim and parsed: a step, or a `for each` with its first step. */
export type Clause = Readonly<{ text: string; steps: readonly Step[] }>;
