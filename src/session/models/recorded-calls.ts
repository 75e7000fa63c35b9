/** Records the model calls of a run in a file, or answers them from one. */
import type { ModelChoice } from '../../llm/select/choose-model.js';

/** The file to record the calls of a run in, or the one to answer them from, and the model that the user names. */
export type RecordingFiles = Readonly<{
  record?: string | undefined;
  replay?: string | undefined;
  model?: string | undefined;
}>;

/** What a recording of calls has to do with the choice of the model. */
export type RecordedCalls = Readonly<{
  /** The model of the recorded run, unless the user names another. */
  choice?: ModelChoice;
  isReplay: boolean;
  /** Called with the model that was chosen. */
  onChosen(choice: ModelChoice): void;
  /** Ends it: further requests are sent and not recorded. */
  stop(): void;
  /** While calls are recorded: how many the file has. */
  countCalls?: () => number;
}>;

const NOTHING: RecordedCalls = { isReplay: false, onChosen() {}, stop() {} };

/** In place of keys that are not set: clients refuse to start without. Long enough not to occur in texts. */
export const PLACEHOLDER = 'replayed-without-a-key';

/**
 * Starts to record or to replay the requests of this process, until it is stopped. To be called before node files are loaded and the model
 * is chosen. Throws a PflowError if the file cannot be used.
 */
export async function openRecordedCalls(
  { record, replay, model }: RecordingFiles,
  onWarning: (message: string) => void,
): Promise<RecordedCalls> {
  if (record === undefined && replay === undefined) return NOTHING;
  const { env } = process;
  const [{ createRedactor }, { hostedProviders }] = await Promise.all([
    import('../../trace/redact/redact.js'),
    import('../../llm/select/provider-list.js'),
  ]);
  const redactor = createRedactor({ env });
  if (record !== undefined) {
    const { recordCalls } = await import('../../collect/replay/record-calls.js');
    const keys = hostedProviders.flatMap((provider) => provider.keys).filter((name) => env[name]);
    const recorder = recordCalls(record, { keys, redactor, onWarning });
    return {
      isReplay: false,
      stop: recorder.stop,
      countCalls: recorder.count,
      onChosen: ({ provider, model: name, free, baseUrl }) =>
        recorder.choose({
          provider,
          model: name,
          free,
          ...(baseUrl === undefined ? {} : { baseUrl: redactor.text(baseUrl) }),
        }),
    };
  }
  const [{ readCallFile }, { createReplay, replayCalls }] = await Promise.all([
    import('../../collect/replay/call-file.js'),
    import('../../collect/replay/replay-calls.js'),
  ]);
  const { head, calls } = readCallFile(replay!);
  const stopReplay = replayCalls(createReplay(replay!, calls, { redactor, onMiss: onWarning }));
  const missing = head.keys.filter((name) => !env[name]);
  for (const name of missing) env[name] = PLACEHOLDER;
  return {
    isReplay: true,
    onChosen() {},
    stop() {
      stopReplay();
      for (const name of missing) delete env[name];
    },
    ...(head.model && model === undefined && !env['PFLOW_MODEL']
      ? { choice: { ...head.model, reason: `recorded in ${replay!}` } }
      : {}),
  };
}
