/** Shows long text in the user's pager, as git does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Env = Readonly<Record<string, string | undefined>>;

/** The pager's command line: PFLOW_PAGER, PAGER, else `less`; undefined where the text is to be printed as it is. */
export function choosePager(
  env: Env,
  { isTerminal, platform = process.platform }: Readonly<{ isTerminal: boolean; platform?: NodeJS.Platform }>,
): string | undefined {
  if (!isTerminal || env['TERM'] === 'dumb') return undefined;
  const pager = env['PFLOW_PAGER'] ?? env['PAGER'] ?? (platform === 'win32' ? '' : 'less');
  return pager.trim() === '' || pager.trim() === 'cat' ? undefined : pager;
}

/**
 * Passes text to a pager and waits until the user has left it. Without LESS in the environment, less gets git's flags: quit if the text
 * fits one screen, show colours, leave the text on the screen. Returns false when the pager could not be started; then nothing
 * was shown.
 */
export async function showInPager(text: string, pager: string, env: Env = process.env): Promise<boolean> {
  const child = spawn(pager, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...env, LESS: env['LESS'] ?? 'FRX', LV: env['LV'] ?? '-c' },
  });
  // A pager that is left early closes its pipe; Ctrl-C is the pager's own key.
  child.stdin.on('error', () => {});
  const ignore = (): void => {};
  process.on('SIGINT', ignore);
  try {
    child.stdin.end(text);
    const [code] = (await once(child, 'close')) as [number | null];
    return code !== NOT_FOUND && code !== NOT_EXECUTABLE;
  } catch {
    return false;
  } finally {
    process.off('SIGINT', ignore);
  }
}

/**
 * Shows a text that the screen has: the pager keeps the terminal until the user leaves it, however short the text is. Returns a
 * message if there is no pager.
 */
export async function pageFromScreen(text: string): Promise<string | undefined> {
  const { env } = process;
  const pager = choosePager(env, { isTerminal: true });
  if (pager === undefined) return 'There is no pager: set PAGER, for example to less.';
  const LESS = env['LESS'] === undefined ? 'R' : `${env['LESS']} -+F -+X`;
  return (await showInPager(text, pager, { ...env, LESS })) ? undefined : `The pager cannot be run: ${pager}`;
}

/** What a shell returns for a command that it cannot run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
