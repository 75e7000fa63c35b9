/** Connects a run with the commands of the settings; what runs them is loaded only if there are any. */
import type { Settings } from '../args/user-settings.js';
import type { WatchedRun } from './run-notifications.js';

/** Runs the commands of the settings for what happens to the run. `onWarning` is called with what is wrong with one, once. */
export async function watchForNotifications(
  run: WatchedRun,
  { notifications }: Pick<Settings, 'notifications'>,
  onWarning: (message: string) => void,
): Promise<void> {
  if (Object.keys(notifications).length === 0) return;
  const { notifyByCommands } = await import('./run-notifications.js');
  notifyByCommands(run, { commands: notifications, env: process.env, onWarning });
}
