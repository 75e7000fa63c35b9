import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { median } from './measure.js';
import { longRun, type LiveRun } from './screen-load.js';

/** A program that shows a live run in a terminal and is notified when the run advances. */
export type Screen = (
  run: LiveRun,
  terminal: { stdin: FakeInput; stdout: FakeOutput },
) => { changed(): void };

/** The measurements of a screen. */
export type ScreenFigures = Readonly<{
  /** CPU use in percent of one core, while the run advances ten times a second. */
  cpu: number;
  cpuMsPerFrame: number;
  framesPerSecond: number;
  bytesPerFrame: number;
  /** The number of times that the screen was cleared. */
  clears: number;
  /** From a key press to the first byte of output, in ms. */
  keyMedian: number;
  keyWorst: number;
  /** MB that the heap grew over `frames` frames of a run that does not grow itself. */
  heapGrowth: number | undefined;
}>;

/** The output of a 120×40 terminal that counts the bytes written to it. */
export class FakeOutput extends PassThrough {
  readonly isTTY = true;
  readonly columns = 120;
  readonly rows = 40;
  bytes = 0;
  frames = 0;
  clears = 0;
  onWrite = () => {};

  override write(chunk: string | Uint8Array): boolean {
    const text = chunk.toString();
    this.bytes += Buffer.byteLength(text);
    // Shorter output only switches a mode on or off.
    if (text.length > 16) this.frames++;
    this.clears += text.split(/\x1b\[[23]J/).length - 1;
    if (text.length > 16) this.onWrite();
    return true;
  }
}

/** The keyboard of a terminal. */
export class FakeInput extends PassThrough {
  readonly isTTY = true;

  setRawMode(): this {
    return this;
  }

  ref(): void {}

  unref(): void {}
}

/** Measures a screen in this process. */
export async function probeScreen(
  screen: Screen,
  options: { spans: number; seconds: number; keys: number; frames: number },
): Promise<ScreenFigures> {
  const run = longRun(options.spans);
  const stdin = new FakeInput();
  const stdout = new FakeOutput();
  const { changed } = screen(run, { stdin, stdout });
  await wait(1000);
  const load = await underLoad(run, changed, stdout, options.seconds);
  const latencies = await keyLatencies(run, changed, { stdin, stdout }, options.keys);
  return {
    ...load,
    keyMedian: median(latencies),
    keyWorst: Math.max(...latencies),
    heapGrowth: options.frames > 0 ? await heapGrowth(run, { stdin, stdout }, options.frames) : undefined,
  };
}

async function underLoad(run: LiveRun, changed: () => void, stdout: FakeOutput, seconds: number) {
  const { bytes, frames: drawn, clears } = stdout;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const timer = setInterval(() => {
    run.step();
    changed();
  }, 100);
  await wait(seconds * 1000);
  clearInterval(timer);
  const { user, system } = process.cpuUsage(cpu);
  const wall = performance.now() - began;
  const frames = Math.max(1, stdout.frames - drawn);
  return {
    cpu: (user + system) / 10 / wall,
    cpuMsPerFrame: (user + system) / 1000 / frames,
    framesPerSecond: (frames * 1000) / wall,
    bytesPerFrame: (stdout.bytes - bytes) / frames,
    clears: stdout.clears - clears,
  };
}

/** Key presses at times independent of the ticks of the run. */
async function keyLatencies(
  run: LiveRun,
  changed: () => void,
  { stdin, stdout }: { stdin: FakeInput; stdout: FakeOutput },
  keys: number,
): Promise<number[]> {
  const timer = setInterval(() => {
    run.step();
    changed();
  }, 100);
  const latencies: number[] = [];
  for (let i = 0; i < keys; i++) {
    await wait(31 + ((i * 37) % 83));
    latencies.push(
      await new Promise<number>((resolve) => {
        const pressed = performance.now();
        stdout.onWrite = () => resolve(performance.now() - pressed);
        stdin.write(i % 2 === 0 ? 'k' : 'j');
      }),
    );
    stdout.onWrite = () => {};
  }
  clearInterval(timer);
  return latencies;
}

/** A key press renders immediately, so that frames follow at the maximum rate. */
async function heapGrowth(
  run: LiveRun,
  { stdin, stdout }: { stdin: FakeInput; stdout: FakeOutput },
  frames: number,
): Promise<number> {
  const draw = async (count: number) => {
    for (let i = 0; i < count; i++) {
      run.tick();
      const drawn = new Promise<void>((resolve) => {
        stdout.onWrite = resolve;
      });
      stdin.write(i % 2 === 0 ? 'k' : 'j');
      await drawn;
    }
  };
  await draw(frames / 10);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await draw(frames);
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed - before) / 1e6;
}
