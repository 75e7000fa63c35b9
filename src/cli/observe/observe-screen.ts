/** Observes a program in the full-screen profiler. */
import { StringDecoder } from 'node:string_decoder';
import { loadPrices } from '../../pricing/table/load-prices.js';
import type { BlobStore } from '../../trace/blobs/blob-store.js';
import type { ProgramRecording } from '../../session/record-program.js';
import { runTui } from '../../tui/run-tui.js';
import type { ObserveOptions, ScreenOptions } from '../args/run-options.js';
import { saveScreenSetting } from '../args/save-settings.js';
import { loadSettings, withFlags } from '../args/user-settings.js';
import { say, warn } from '../io/console.js';
import type { ExitCode } from '../io/exit-code.js';
import { createLiveProfile } from '../progress/live-profile.js';
import { limitByBudgets } from '../../session/budgets/limit-by-budgets.js';
import { finishObserved } from './finish-observed.js';
import { observe } from './observe.js';
import { startProgramCalls } from './program-recording.js';
import { exitAs, startObserved } from './observed-program.js';

/**
 * Runs the program with its output in the log of its span. When the screen is left before the program has exited, the program
 * continues and its further output is printed.
 */
export async function observeOnScreen(
  words: readonly string[],
  given: ObserveOptions & ScreenOptions,
): Promise<ExitCode> {
  const options = given.replay === undefined ? await limitByBudgets(given, {}, warn) : given;
  const { env, stdin, stdout } = process;
  const settings = loadSettings(env);
  // Keys belong to the screen.
  const warnings = new Set<string>(settings.warnings);
  const calls = await startProgramCalls(options, (warning) => void warnings.add(warning));
  const program = await startObserved(words, options, ['ignore', 'pipe', 'pipe']);
  const recording = await observe(program, options, (warning) => void warnings.add(warning), calls);
  let isShown = recording !== undefined;
  connectOutput(recording, program.child, () => isShown);
  if (recording) {
    process.once('exit', recording.flushNow);
    const values: BlobStore = recording.values;
    const profile = createLiveProfile({ prices: loadPrices().prices, values });
    profile.apply(recording.log.all);
    recording.log.subscribe((event) => profile.apply([event]));
    const left = await runTui({
      source: { ...profile, now: () => recording.log.now(), texts: recording.texts },
      live: true,
      stdin,
      stdout,
      env,
      settings: withFlags(settings.screen, options),
      ...(options.reducedMotion ? { reducedMotion: true } : {}),
      control: { cancel: () => void program.child.kill('SIGTERM') },
      saveSetting: saveScreenSetting,
    });
    isShown = false;
    if (left.reason === 'signal') program.child.kill(left.signal);
    else if (!recording.log.closed && left.reason === 'quit')
      say('The program continues. Ctrl-C interrupts it.');
  } else for (const warning of warnings) warn(warning);
  const exit = await program.exited;
  await finishObserved(await recording?.done, program, { options, warnings });
  program.release();
  return exitAs(exit);
}

/** Records the program's output line by line, and prints it where there is no screen. */
function connectOutput(
  recording: Pick<ProgramRecording, 'logOutput'> | undefined,
  child: Awaited<ReturnType<typeof startObserved>>['child'],
  isShown: () => boolean,
): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder();
    let rest = '';
    const log = (text: string): void => {
      if (text !== '') recording?.logOutput(name, text);
    };
    child[name]?.on('data', (chunk: Buffer) => {
      if (!isShown()) process[name].write(chunk);
      const text = rest + decoder.write(chunk);
      const end = text.lastIndexOf('\n') + 1;
      log(text.slice(0, end));
      rest = text.slice(end);
    });
    child[name]?.on('end', () => log(rest + decoder.end()));
  }
}
