/** Detects the language of code that names none. */
import { compileFunction } from 'node:vm';

export type CodeLanguage = 'javascript' | 'python';

/** What a line of Python has and JavaScript does not allow in the same place. */
const pythonSigns =
  /^[ \t]*(?:(?:def|class)\s+\w+[^\n{]*:|(?:if|elif|for|while|with|try|except|else|finally)\b[^\n{]*:\s*(?:#.*)?$|(?:from\s+[\w.]+\s+)?import\s+[\w.*]+|elif\b|pass\s*$|raise\b|#)|\b(?:None|True|False)\b|\bnot\s+in\b|\bfor\s+[\w, ()]+\s+in\s+[^\n]*[\])}]|\b[rbf]["']|"""|'''/m;

/** Python declares the type of a variable where JavaScript would read a label: `data: list`, `result: dict = {}`. */
const annotation =
  /^\w+\s*:\s*(?:list|dict|str|int|float|bool|object|tuple|set|Any)\b(?:\[[^\n]*\])?\s*(?:=(?!=)|#|$)/m;

/** Functions and methods of Python that JavaScript does not have: `result = len(x)` is valid in both. */
const pythonNames =
  /(?<![\w.$])(?:len|sorted|str|int|float|bool|list|dict|tuple|range|enumerate|zip|sum|min|max|any|all|round|abs|isinstance|reversed|print)\(|\.(?:upper|lower|title|strip|lstrip|rstrip|splitlines|startswith|endswith|append|extend|items|format)\(/;

/** What only JavaScript has. A function of one of these names may be declared there. */
const javascriptSigns =
  /\b(?:const|let|var|function|new|typeof|async|await|return|this)\b|=>|[=!]==|&&|\|\||^[ \t]*\/\/|\/\*|`|\+\+|;[ \t]*$|^[ \t]*\}/m;

/**
 * Python, where the code is not valid JavaScript and looks like it, or is valid but uses what only Python has; JavaScript
 * otherwise.
 */
export function detectLanguage(code: string): CodeLanguage {
  if (annotation.test(code)) return 'python';
  if (pythonNames.test(code) && !javascriptSigns.test(code)) return 'python';
  return !isJavaScript(code) && pythonSigns.test(code) ? 'python' : 'javascript';
}

/** Whether the code compiles, as an expression or as statements. Nothing is run. */
function isJavaScript(code: string): boolean {
  return [`(${code.replace(/[;\s]+$/, '')}\n)`, code].some((body) => {
    try {
      compileFunction(`return async () => {"use strict"; ${body}\n};`);
      return true;
    } catch {
      return false;
    }
  });
}
