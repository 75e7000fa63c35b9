/** The palettes of the themes, and the nearest of a terminal's 256 colours. */

/** A style as a terminal renders it. `ansi` is an index into the 16 colours of the user's own palette. */
export type Style = Readonly<{
  hex?: string;
  code256?: number;
  ansi?: AnsiColour;
  bold?: boolean;
  dim?: boolean;
  underline?: boolean;
  inverse?: boolean;
}>;

export type AnsiColour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white' | 'gray';

export type Palette = Readonly<
  Record<'orange' | 'sky' | 'green' | 'blue' | 'vermillion' | 'purple' | 'grey', Style>
>;

// The Okabe-Ito palette, distinguishable with any colour vision. The numbers are the nearest of the 256 colours.
export const onDark: Palette = {
  orange: { hex: '#e69f00', code256: 178, ansi: 'yellow' },
  sky: { hex: '#56b4e9', code256: 74, ansi: 'cyan' },
  green: { hex: '#009e73', code256: 35, ansi: 'green' },
  blue: { hex: '#0072b2', code256: 25, ansi: 'blue' },
  vermillion: { hex: '#d55e00', code256: 166, ansi: 'red' },
  purple: { hex: '#cc79a7', code256: 175, ansi: 'magenta' },
  grey: { hex: '#8a8a8a', code256: 245, ansi: 'gray' },
};

// The same hues, darkened for legibility on white.
export const onLight: Palette = {
  orange: { hex: '#8a5a00', code256: 94, ansi: 'yellow' },
  sky: { hex: '#0b6e9e', code256: 24, ansi: 'cyan' },
  green: { hex: '#00704f', code256: 23, ansi: 'green' },
  blue: { hex: '#00518a', code256: 18, ansi: 'blue' },
  vermillion: { hex: '#b03a00', code256: 124, ansi: 'red' },
  purple: { hex: '#95437a', code256: 90, ansi: 'magenta' },
  grey: { hex: '#666666', code256: 241, ansi: 'gray' },
};

// The same hues with a contrast of at least 7 (WCAG AAA) on black.
export const contrastOnDark: Palette = {
  orange: { hex: '#ffb82e', code256: 214, ansi: 'yellow' },
  sky: { hex: '#7fd0ff', code256: 117, ansi: 'cyan' },
  green: { hex: '#3ddc97', code256: 78, ansi: 'green' },
  blue: { hex: '#9dbdff', code256: 147, ansi: 'blue' },
  vermillion: { hex: '#ff9a6c', code256: 209, ansi: 'red' },
  purple: { hex: '#ffa8dc', code256: 218, ansi: 'magenta' },
  grey: { hex: '#d0d0d0', code256: 252, ansi: 'white' },
};

// And on white. Dark colours are far apart in the cube of 256, so these are of its darkest shades, not the nearest.
export const contrastOnLight: Palette = {
  orange: { hex: '#5f3f00', code256: 58, ansi: 'yellow' },
  sky: { hex: '#004a6e', code256: 23, ansi: 'cyan' },
  green: { hex: '#004d37', code256: 22, ansi: 'green' },
  blue: { hex: '#00366e', code256: 17, ansi: 'blue' },
  vermillion: { hex: '#7a2600', code256: 88, ansi: 'red' },
  purple: { hex: '#66224f', code256: 53, ansi: 'magenta' },
  grey: { hex: '#3a3a3a', code256: 237, ansi: 'gray' },
};

/** The levels of red, green and blue in the cube of the 256 colours (xterm). */
const LEVELS = [0, 95, 135, 175, 215, 255];

/** The nearest colour of the cube and the greys among the 256 colours, by its number. */
export function findNearest256(hex: string): number {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const distance = (colour: readonly number[]) =>
    colour.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0);
  const steps = wanted.map((value) =>
    LEVELS.reduce(
      (best, level, i) => (Math.abs(level - value) < Math.abs(LEVELS[best]! - value) ? i : best),
      0,
    ),
  );
  const grey = Math.min(
    23,
    Math.max(0, Math.round((wanted.reduce((sum, value) => sum + value, 0) / 3 - 8) / 10)),
  );
  const inCube = distance(steps.map((step) => LEVELS[step]!));
  return inCube <= distance([8 + 10 * grey, 8 + 10 * grey, 8 + 10 * grey])
    ? 16 + 36 * steps[0]! + 6 * steps[1]! + steps[2]!
    : 232 + grey;
}
