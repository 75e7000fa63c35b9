/** The home screen of the program: its list of runs, its workflows and its model, kept while other screens are shown. */
import { messageOf } from '../../lib/error.js';
import { removeTrace } from '../../trace/files/prune-traces.js';
import { runHome, type HomeOptions, type HomeResult } from '../../tui/run-home.js';
import type { SharedTerminal } from '../../tui/surface.js';
import type { RunSource } from '../../tui/tui-options.js';
import type { Settings } from '../../view/app/screen-settings.js';
import type { HomeData, HomeRun, HomeWorkflow } from '../../view/home/home-run.js';
import type { HomeState } from '../../view/home/home-state.js';
import type { RunOptions, ScreenOptions } from '../args/run-options.js';
import { saveSetting } from '../args/save-settings.js';
import type { SessionSettings } from '../args/session-settings.js';
import type { SpendingSource } from '../spending/spending-source.js';
import { readTraceDetail, type TraceDetail } from '../traces/trace-detail.js';
import { openRunList } from './run-list.js';

export type HomePlace = Readonly<{
  /** Shows the screen until something is chosen. */
  show(toast: string | undefined): Promise<HomeResult['chosen']>;
  close(): void;
}>;

type Options = Readonly<{
  options: RunOptions & ScreenOptions;
  screen: Settings;
  shared: SharedTerminal;
  /** The source of a run of this process. */
  own: (run: HomeRun) => RunSource | undefined;
  /** Whether the screen opens with the spending if there is any to show. */
  spendingFirst: boolean;
  sessions: SessionSettings;
}>;

/** Opens the lists; they are read while the screen is shown already. */
export function openHomePlace(all: Options): HomePlace {
  const { options, screen, shared, own } = all;
  let { sessions } = all;
  const list = openRunList(options.traceDir, own);
  const details = new Map<string, TraceDetail>();
  let workflows: readonly HomeWorkflow[] = [];
  let model: string | undefined;
  let restore: HomeState | undefined;
  let spending: SpendingSource | undefined;
  let asked = sessions.allowed !== undefined;
  let notify = () => {};
  let isFirst = true;

  const data = (): HomeData => ({
    runs: list.runs(),
    workflows,
    loading: list.loading(),
    model,
    spending: (by) => openSpendingTab()?.data(by),
    detail,
  });

  /** Its module is loaded when the tab is shown first. */
  function openSpendingTab(): SpendingSource | undefined {
    if (!spending && !isOpening) {
      isOpening = true;
      void import('../spending/spending-source.js').then(({ openSpending }) => {
        spending = openSpending(sessions, () => notify());
        isOpening = false;
        notify();
      });
    }
    return spending;
  }
  let isOpening = false;

  function answer(allowed: boolean): string | undefined {
    sessions = { ...sessions, allowed };
    spending?.close();
    spending = undefined;
    return saveSetting('traces', 'sessions', allowed ? 'read' : 'ignore');
  }

  function detail({ trace, status }: HomeRun): TraceDetail {
    if (trace === undefined || status === 'running') return {};
    const known = details.get(trace);
    if (known) return known;
    const read = readTraceDetail(trace);
    if (details.size > KEPT_DETAILS) details.clear();
    details.set(trace, read);
    return read;
  }

  /** What takes longer than a frame: read after the first one. */
  async function readMore(): Promise<void> {
    try {
      const { listHomeWorkflows } = await import('./workflow-files.js');
      workflows = listHomeWorkflows();
      notify();
      if (isFirst) model = await describeModel(options.model);
    } catch {
      // The list of runs does not depend on either.
    }
    isFirst = false;
    notify();
  }

  const source: HomeOptions['source'] = {
    data,
    subscribe(listener) {
      notify = listener;
      return list.subscribe(listener);
    },
  };
  return {
    async show(toast) {
      list.refresh();
      const { stdin, stdout, env } = process;
      const askFor = asked ? undefined : await findLogs(sessions);
      asked = true;
      const { home, chosen } = await runHome({
        stdin,
        stdout,
        env,
        source,
        settings: screen,
        shared,
        restore,
        toast,
        tab: all.spendingFirst && (sessions.allowed === true || list.runs().length > 0) ? 'Spending' : 'Runs',
        askFor: askFor && askFor.length > 0 ? askFor : undefined,
        answer,
        ...(options.reducedMotion ? { reducedMotion: true } : {}),
        remove: (run) => {
          try {
            removeTrace(run.trace!);
            list.refresh();
            return `Deleted the trace of ${run.name}.`;
          } catch (error) {
            return messageOf(error);
          }
        },
        onReady: () => void readMore(),
      });
      restore = home;
      notify = () => {};
      return chosen;
    },
    close() {
      list.close();
      spending?.close();
    },
  };
}

/** The logs of coding agents on this machine. */
async function findLogs(sessions: SessionSettings): Promise<{ title: string; logs: number }[]> {
  const { countLogs, findSessionFolders } = await import('../spending/find-sessions.js');
  return countLogs(findSessionFolders(sessions));
}

/** Details are small, except for results. */
const KEPT_DETAILS = 50;

/** The model that a request would be planned with, and the reason. */
async function describeModel(flag: string | undefined): Promise<string> {
  const [{ chooseModel }, { findVendor }, { readSharedSettings }] = await Promise.all([
    import('../../llm/select/choose-model.js'),
    import('../../session/models/find-vendor.js'),
    import('../args/shared-settings.js'),
  ]);
  const { provider, model, reason } = await chooseModel({
    flag,
    env: process.env,
    byDefault: readSharedSettings().defaultModel,
    findVendor,
  });
  return provider === 'offline' ? 'offline rules' : `${provider}/${model} (${reason})`;
}
