/** Sets one member of a JSON text and keeps every other byte. */

/** Where the members of an object are in a text. */
type Member = Readonly<{ key: string; from: number; to: number }>;

const TOKEN = /"(?:[^"\\]|\\[^])*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Sets `section.key` of a valid JSON object; the section is added if it is missing, and replaced if it is no object. */
export function setJsonMember(text: string, section: string, key: string, value: string): string {
  const json = JSON.stringify(value);
  const root = text.indexOf('{');
  const members = listMembers(text, root);
  const found = members.findLast((member) => member.key === section);
  if (!found) {
    const added = `\n  ${JSON.stringify(section)}: { ${JSON.stringify(key)}: ${json} }`;
    return insert(text, root + 1, members.length > 0 ? `${added},` : `${added}\n`);
  }
  if (text[found.from] !== '{') return replace(text, found, `{ ${JSON.stringify(key)}: ${json} }`);
  const inner = listMembers(text, found.from);
  const known = inner.findLast((member) => member.key === key);
  if (known) return replace(text, known, json);
  return insert(text, found.from + 1, ` ${JSON.stringify(key)}: ${json}${inner.length > 0 ? ',' : ' '}`);
}

/** The members of the object that begins at `start`, each with the place of its value. */
function listMembers(text: string, start: number): readonly Member[] {
  const members: Member[] = [];
  let depth = 0;
  let key: string | undefined;
  let from: number | undefined;
  let end = start;
  TOKEN.lastIndex = start;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    const isBoundary = depth === 1 && (token === ',' || token === '}');
    if (isBoundary && key !== undefined && from !== undefined) {
      members.push({ key, from, to: end });
      key = from = undefined;
    } else if (depth === 1 && key === undefined && token.startsWith('"')) key = JSON.parse(token) as string;
    else if (depth === 1 && key !== undefined && token !== ':') from ??= match.index;
    if (token === '{' || token === '[') depth++;
    if ((token === '}' || token === ']') && --depth === 0) break;
    end = TOKEN.lastIndex;
  }
  return members;
}

function insert(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at);
}

function replace(text: string, { from, to }: Member, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
