/** The parsed form of a request: clauses, steps and the sources of steps. */

/** The source of a step. */
export type Source =
  | Readonly<{ kind: 'file'; path: string }>
  | Readonly<{ kind: 'url'; url: string }>
  /** `whole` is a folder named without the files in it. */
  | Readonly<{ kind: 'files'; pattern: string; folder: string; whole?: boolean }>
  /** Individually named files: `a.md, b.md and c.md`. */
  | Readonly<{ kind: 'list'; paths: readonly string[] }>
  | Readonly<{ kind: 'stdin' }>
  /** References: `it`, `the summary`. */
  | Readonly<{ kind: 'back'; noun: string }>
  /** Quoted text, written verbatim. */
  | Readonly<{ kind: 'literal'; text: string }>
  /** The output of a command. */
  | Readonly<{ kind: 'command'; command: string }>
  | Readonly<{ kind: 'commits'; count: number }>
  /** The first or last lines of a source; a clause about them becomes two steps. */
  | Readonly<{ kind: 'lines'; what: 'first' | 'last'; count: number; source: Source }>;

export type Counted = 'words' | 'lines' | 'characters' | 'files' | 'items';
export type Extracted = 'links' | 'emails' | 'headings' | 'keywords';

/** A change of a text: its result is a text or a value. */
export type Change =
  | 'first'
  | 'first_words'
  | 'last'
  | 'between'
  | 'sort'
  | 'sort_numbers'
  | 'unique'
  | 'longest'
  | 'shortest'
  | 'filled'
  | 'reverse'
  | 'numbered'
  | 'upper'
  | 'lower'
  | 'replace'
  | 'without'
  | 'occurrences'
  | 'csv_to_json'
  | 'json_to_csv'
  | 'pretty'
  | 'keys'
  | 'field';

/** `inPlace` marks a wording that may mean changing the file itself: it requires a later step that writes. */
export type ChangeStep = Readonly<{
  verb: 'change';
  what: Change;
  source: Source;
  args?: Readonly<Record<string, string | number>>;
  inPlace?: boolean;
  /** The wording names a file to change, but asks for a text: the plan states that the file stays as it is. */
  keepsFile?: boolean;
}>;

/** A parsed step. */
export type Step =
  | Readonly<{ verb: 'read'; source: Source }>
  | Readonly<{ verb: 'summarize'; source: Source; size?: number; unit?: 'sentences' | 'words' | 'bullets' }>
  /** `asFile`: "download" means a file, so a later step has to use it. */
  | Readonly<{ verb: 'fetch'; source: Source; asFile?: boolean }>
  | Readonly<{ verb: 'run'; command: string }>
  | Readonly<{ verb: 'list'; source: Source }>
  | Readonly<{ verb: 'commits'; source: Source }>
  | Readonly<{ verb: 'count'; what: Counted; source: Source }>
  | Readonly<{ verb: 'extract'; what: Extracted; source: Source }>
  | ChangeStep
  /** Lines that contain a text; with `files`, the files that contain it. */
  | Readonly<{ verb: 'search'; text: string; source: Source; files?: boolean }>
  | Readonly<{ verb: 'combine'; source: Source }>
  /** With `each`, `path` is a folder with one file per result. */
  | Readonly<{ verb: 'write'; source: Source; path: string; append: boolean; each?: boolean }>
  | Readonly<{ verb: 'send'; source: Source; url: string; method: 'POST' | 'PUT' }>
  | Readonly<{ verb: 'copy' | 'move'; source: Source; path: string }>
  | Readonly<{ verb: 'delete'; source: Source }>
  /** `for each …`: the following steps apply to each element. */
  | Readonly<{ verb: 'each'; source: Source }>;

export type StepOf<Verb extends Step['verb']> = Extract<Step, { verb: Verb }>;

/** A clause verbatim and parsed: its steps in order. */
export type Clause = Readonly<{ text: string; steps: readonly Step[] }>;
