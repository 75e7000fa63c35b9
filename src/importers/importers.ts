/** Lists the formats of foreign traces and detects which one a file is in, by its content. */
import type { ForeignRecords } from './files/foreign-record.js';
import { importAtif, isAtif } from './formats/atif-format.js';
import { importBurr, isBurr } from './formats/burr-format.js';
import { importExchanges, isExchange } from './formats/exchange-format.js';
import { importInspect, isInspect } from './formats/inspect-format.js';
import { importLangfuse, isLangfuse } from './formats/langfuse-format.js';
import { importLangsmith, isLangsmith } from './formats/langsmith-format.js';
import { importPhoenix, isPhoenix } from './formats/phoenix-format.js';
import { importPublished, isPublished } from './formats/published/published-format.js';
import { importOtlp, isOtlp } from './formats/otlp-format.js';
import { importClaudeCode, isClaudeCode } from './sessions/claude-code-session.js';
import { importCodex, isCodex } from './sessions/codex-session.js';
import { importGemini, isGemini } from './sessions/gemini-session.js';
import { importOpencode, isOpencode } from './sessions/opencode-session.js';
import { importPi, isPi } from './sessions/pi-session.js';
import type { ForeignRun } from './frame/foreign-run.js';

/** A format: its name, a predicate for its records, and its importer. */
export type Importer = Readonly<{
  title: string;
  matches: (record: unknown) => boolean;
  read: (records: ForeignRecords) => Promise<ForeignRun>;
}>;

/** In the order in which they are tried: formats with more distinctive records come first. */
export const importers: readonly Importer[] = [
  { title: 'OpenTelemetry (OTLP JSON, JSON lines, protobuf)', matches: isOtlp, read: importOtlp },
  { title: 'Langfuse traces', matches: isLangfuse, read: importLangfuse },
  { title: 'Phoenix spans', matches: isPhoenix, read: importPhoenix },
  { title: 'LangSmith runs', matches: isLangsmith, read: importLangsmith },
  { title: 'Inspect logs (.json, .eval)', matches: isInspect, read: importInspect },
  { title: 'Burr logs', matches: isBurr, read: importBurr },
  { title: 'traces of published pflow', matches: isPublished, read: importPublished },
  { title: 'captures of claude-tap, HAR files', matches: isExchange, read: importExchanges },
  { title: 'ATIF trajectories', matches: isAtif, read: importAtif },
  { title: 'Codex sessions', matches: isCodex, read: importCodex },
  { title: 'pi sessions', matches: isPi, read: importPi },
  { title: 'Gemini CLI sessions', matches: isGemini, read: importGemini },
  { title: 'opencode exports', matches: isOpencode, read: importOpencode },
  { title: 'Claude Code sessions', matches: isClaudeCode, read: importClaudeCode },
];

/** Detects the format of a file by its first records; undefined if none matches. */
export function detectFormat(head: readonly unknown[]): Importer | undefined {
  return importers.find(({ matches }) => head.some(matches));
}
