/** Recognizes the words of a shell command that another interpreter runs as code, such as the one after `sh -c`. */

type Interpreter = Readonly<{
  /** A flag whose next word is code. */
  flag: RegExp;
  /** The beginning of a word that contains a flag and its code. */
  attached?: RegExp;
}>;

/** Placeholder in a word for a shell expansion, whose value is known only at run time. */
export const DYNAMIC = '\0';

const shell: Interpreter = { flag: /^[-+][A-Za-z]*c[A-Za-z]*$/ };
const python: Interpreter = { flag: /^-[A-Za-z]*c$/, attached: /^-[A-Za-z]*c/ };
const node: Interpreter = { flag: /^(?:-[a-z]*[ep]|--eval|--print)$/, attached: /^--(?:eval|print)=/ };
const perl: Interpreter = { flag: /^-[A-Za-z]*[eE]$/, attached: /^-[A-Za-z]*[eE]/ };

/** A program whose name is an expansion may be any of them. */
const anyInterpreter: Interpreter = { flag: /^-[A-Za-z]*[ceE]$/ };

const interpreters: readonly (readonly [RegExp, Interpreter])[] = [
  [/^(?:ba|da|z|k|a|fi|c|tc|mk)?sh$|^busybox$/, shell],
  [/^(?:su|runuser|script|flock)$/, { flag: /^(?:-[A-Za-z]*c|--command)$/, attached: /^--command=/ }],
  [/^(?:python|pypy)[\d.]*$/, python],
  [/^(?:node|nodejs|deno|bun)$/, node],
  [/^(?:perl|ruby|lua|osascript)[\d.]*$/, perl],
  [/^php[\d.]*$/, { flag: /^-r$/, attached: /^-r/ }],
  [/^(?:pwsh|powershell)$/i, { flag: /^-(?:c|command|encodedcommand)$/i }],
];

/** Commands that evaluate every word after them. */
const EVALUATING = new Set(['eval', 'ssh', 'watch', 'trap', 'parallel', 'alias']);

/**
 * The program that would run the current word of a simple command as code, if any. `words` are the completed words without
 * quotes, `current` the beginning of the unfinished word.
 */
export function interpreterOf(words: readonly string[], current: string): string | undefined {
  for (const [i, word] of words.entries()) {
    const name = word.replace(/^.*[\\/]/, '').replace(/\.exe$/i, '');
    if (EVALUATING.has(name)) return name;
    const [, known] = interpreters.find(([pattern]) => pattern.test(name)) ?? [];
    const interpreter = name.includes(DYNAMIC) ? anyInterpreter : known;
    if (!interpreter) continue;
    const { flag, attached } = interpreter;
    const after = words.slice(i + 1);
    const at = after.findIndex((each) => flag.test(each));
    const isNext = at !== -1 && after.slice(at + 1).every((each) => /^[-+]/.test(each));
    if (isNext || (at === -1 && attached?.test(current)))
      return printable(at === -1 ? name : `${name} ${after[at]!}`);
  }
  return undefined;
}

function printable(text: string): string {
  return text.replaceAll(DYNAMIC, '$');
}
