/** Lists the formats of foreign traces and detects which one a file is in, by its content. */
import type { ForeignRecords } from './files/foreign-record.js';
import { importOtlp, isOtlp } from './formats/otlp-format.js';
import type { ForeignRun } from './frame/foreign-run.js';

/** A format: how it is called, how a record of it is recognised, and how a file of it is read. */
export type Importer = Readonly<{
  title: string;
  matches: (record: unknown) => boolean;
  read: (records: ForeignRecords) => Promise<ForeignRun>;
}>;

/** In the order in which they are tried: formats whose records are more telling come first. */
export const importers: readonly Importer[] = [
  { title: 'OpenTelemetry (OTLP JSON, JSON lines, protobuf)', matches: isOtlp, read: importOtlp },
];

/** The format of a file by its first records; undefined where none is known. */
export function detectFormat(head: readonly unknown[]): Importer | undefined {
  return importers.find(({ matches }) => head.some(matches));
}
