/** Opens the file that the calls of an observed program are recorded in, or answered from. */
import type { CallFileWriter } from '../../collect/replay/record-calls.js';
import type { AnswerRecorded } from '../../collect/replay/replay-calls.js';
import { PLACEHOLDER, type RecordingFiles } from './recorded-calls.js';

/** At most one of them: the file that is written, or what answers from it. */
export type ProgramCalls = Readonly<{ file?: CallFileWriter; answer?: AnswerRecorded }>;

/**
 * Opens the file. To be called before the program is started: for a replay, `env` is given keys in place of those that were set while
 * the calls were recorded, since clients refuse to start without. Throws a PflowError if the file cannot be used.
 */
export async function openProgramCalls(
  { record, replay }: Pick<RecordingFiles, 'record' | 'replay'>,
  { env, onWarning }: Readonly<{ env: NodeJS.ProcessEnv; onWarning: (message: string) => void }>,
): Promise<ProgramCalls> {
  if (record === undefined && replay === undefined) return {};
  const [{ createRedactor }, { gatewayProviders }] = await Promise.all([
    import('../../trace/redact/redact.js'),
    import('../../collect/gateway/providers.js'),
  ]);
  const redactor = createRedactor({ env });
  if (record !== undefined) {
    const { openCallFile } = await import('../../collect/replay/record-calls.js');
    const names = Object.values(gatewayProviders).flatMap(({ keyNames }) => keyNames);
    return {
      file: openCallFile(record, { keys: names.filter((name) => env[name]), redactor, onWarning }),
    };
  }
  const [{ readCallFile }, { createReplay }] = await Promise.all([
    import('../../collect/replay/call-file.js'),
    import('../../collect/replay/replay-calls.js'),
  ]);
  const { head, calls } = readCallFile(replay!);
  for (const name of head.keys) env[name] ||= PLACEHOLDER;
  return { answer: createReplay(replay!, calls, { redactor, onMiss: onWarning }) };
}
