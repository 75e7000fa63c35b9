/** Parses the tags of a run: `--tag team=search`, or `PFLOW_TAGS=team=search,env=ci`. */

/** Tags by name. */
export type Tags = Readonly<Record<string, string>>;

/** Parses one tag such as `team=search`; undefined if it is not one. The value may be empty and contain `=`. */
export function parseTag(text: string): readonly [name: string, value: string] | undefined {
  const [, name, value] = /^\s*([\w.:/-]+)\s*=(.*)$/s.exec(text) ?? [];
  return name === undefined ? undefined : [name, value!.trim()];
}

/** Parses a comma-separated list of tags. `invalid` has the parts that are not tags. */
export function parseTags(text: string): { tags: Tags; invalid: readonly string[] } {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const parsed = parts.map((part) => ({ part, tag: parseTag(part) }));
  return {
    tags: Object.fromEntries(parsed.flatMap(({ tag }) => (tag ? [tag] : []))),
    invalid: parsed.flatMap(({ part, tag }) => (tag ? [] : [part.trim()])),
  };
}
