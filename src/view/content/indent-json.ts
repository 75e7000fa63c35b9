/** Indents the JSON text of an answer, valid or not. */

/** Values inside others of at most this many characters stay on one line. */
const SHORT = 60;

/**
 * A JSON text in indented lines; undefined for a text that is not JSON or has several lines already. It may be invalid, truncated or
 * followed by prose: every character but the spaces between tokens is kept.
 */
export function indentJson(text: string): string | undefined {
  const json = text.trim();
  if (!/^(?:\{\s*"|\[\s*["{]|\[\s*\[\s*["{[\d-])/.test(json)) return undefined;
  const lines: string[] = [];
  let [line, depth, at] = ['', 0, 0];
  const breakLine = () => {
    lines.push(line.trimEnd());
    line = '  '.repeat(depth);
  };
  while (at < json.length) {
    const short = depth > 0 ? shortValue(json, at) : undefined;
    const token = short ?? nextToken(json, at);
    at += token.length;
    if (short !== undefined || token.startsWith('"')) line += token;
    else if (token === '{' || token === '[') {
      line += token;
      depth++;
      breakLine();
    } else if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1);
      breakLine();
      line += token;
    } else if (token === ',') {
      line += token;
      breakLine();
    } else if (token === ':') line += ': ';
    else if (token.trim() !== '') line += token;
    else if (token.includes('\n')) return undefined;
    else if (!/(?:^|\s)$/.test(line)) line += ' ';
    // What follows the value is prose.
    if (depth === 0 && at < json.length) {
      breakLine();
      line = json.slice(at).trimStart();
      break;
    }
  }
  lines.push(line.trimEnd());
  return lines.join('\n');
}

const TOKEN = /"(?:\\[^]|[^"\\])*"?|[{}[\],:]|\s+|[^\s"{}[\],:]+/y;
const FLAT = /^[{[](?:[^[\]{}"\n]|"(?:\\.|[^"\\\n])*")*[}\]]/;

function nextToken(json: string, at: number): string {
  TOKEN.lastIndex = at;
  return TOKEN.exec(json)?.[0] ?? json[at]!;
}

/** The list or object that begins here, if it contains no other and is short. */
function shortValue(json: string, at: number): string | undefined {
  return FLAT.exec(json.slice(at, at + SHORT))?.[0];
}
