/** Defines the records of a foreign trace file: parsed JSON values that can be read again. */

/**
 * A JSON value of a file: a line, an element of an array, an entry of an archive, or the whole document. `reread` returns an equal
 * value later, so that an importer of a large file keeps positions instead of values.
 */
export type ForeignRecord = Readonly<{ value: unknown; reread: () => unknown }>;

/** The records of a file, in order. */
export type ForeignRecords = AsyncIterable<ForeignRecord>;
