/** Assigns the lines that run across the flow between two layers to tracks, so that different lines do not lie on each other. */

/** A line across the flow: the rows that it reaches, and on which side of it each row continues. */
export type ChannelLine = Readonly<{
  /** Rows from which it is entered, before it along the flow. */
  before: ReadonlySet<number>;
  /** Rows that continue after it. */
  after: ReadonlySet<number>;
}>;

/** The track of each line, 0 for the first along the flow; undefined for a line that stays in one row. */
export function assignTracks(lines: readonly ChannelLine[]): readonly (number | undefined)[] {
  const spans = lines.map(({ before, after }) => {
    const rows = [...before, ...after];
    return { from: Math.min(...rows), to: Math.max(...rows) };
  });
  const tracks: (number | undefined)[] = lines.map(() => undefined);
  for (const i of sortByConstraints(lines)) {
    const { from, to } = spans[i]!;
    if (from === to) continue;
    let least = 0;
    const taken = new Set<number>();
    for (const [j, track] of tracks.entries()) {
      if (track === undefined) continue;
      if (mustPrecede(lines[j]!, lines[i]!)) least = Math.max(least, track + 1);
      if (spans[j]!.from <= to && from <= spans[j]!.to) taken.add(track);
    }
    while (taken.has(least)) least++;
    tracks[i] = least;
  }
  return tracks;
}

/** Where one line is entered from a row in which the other continues, the two would share cells of it. */
function mustPrecede(one: ChannelLine, other: ChannelLine): boolean {
  return [...one.before].some((row) => other.after.has(row));
}

/** Lines after those that must precede them, as far as that is possible: two lines may exchange their rows. */
function sortByConstraints(lines: readonly ChannelLine[]): number[] {
  const sorted: number[] = [];
  const seen = new Set<number>();
  const visit = (i: number): void => {
    if (seen.has(i)) return;
    seen.add(i);
    for (const [j, line] of lines.entries()) if (j !== i && mustPrecede(line, lines[i]!)) visit(j);
    sorted.push(i);
  };
  for (const i of lines.keys()) visit(i);
  return sorted;
}
