/** Parses how long ago something was. */

/** An age such as `30m`, `24h`, `7d` or `2w`, or a date, as ms since 1970; undefined for anything else. */
export function parseSince(text: string, now: number = Date.now()): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? [];
  if (unit !== undefined) return now - Number(amount) * MS_PER_UNIT[unit]!;
  const date = new Date(text).getTime();
  return Number.isNaN(date) ? undefined : date;
}

const MS_PER_UNIT: Readonly<Record<string, number>> = { m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };
