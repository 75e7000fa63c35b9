/**
 * Whether a path (relative, with `/`) matches a glob: `*` and `?` stay within a name, `**` spans directories, `{a,b}` and `[a-z]`
 * choose. As in a shell, wildcards do not match a leading dot. A glob without `/` is about the last name only.
 */
export function matchGlob(glob: string, path: string): boolean {
  const subject = glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  return expandBraces(glob).some((each) => toRegExp(each).test(subject));
}

function expandBraces(glob: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(glob);
  if (!braces) return [glob];
  const [before, after] = [glob.slice(0, braces.index), glob.slice(braces.index + braces[0].length)];
  return braces[1]!.split(',').flatMap((choice) => expandBraces(before + choice + after));
}

const tokens =
  /(?<=^|\/)\*\*(?<rest>\/|$)|(?<wildcard>\*+|\?)|\[(?<not>!?)(?<set>[^\]]+)\]|[\\^$.|+(){}[\]]/g;

function toRegExp(glob: string): RegExp {
  const source = glob.replace(tokens, (token, ...matched) => {
    const at = matched.at(-3) as number;
    const { rest, wildcard, not, set } = matched.at(-1) as Record<string, string | undefined>;
    if (rest !== undefined) return `(?:${name}/)*${rest === '/' ? '' : name}`;
    if (wildcard !== undefined)
      return `${at === 0 || glob[at - 1] === '/' ? '(?!\\.)' : ''}${wildcard === '?' ? '[^/]' : '[^/]*'}`;
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`, 'u');
}

/** One name that a wildcard may stand for. */
const name = '(?!\\.)[^/]+';
