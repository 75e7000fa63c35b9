/** Decompresses Zstandard, which Node itself has from 22.15 and 23.8 on, on any Node. */
import zlib from 'node:zlib';
import { Decompress, ZstdErrorCode } from 'fzstd';

/** `maxLength` is in bytes. */
type Decompressor = (bytes: Uint8Array, maxLength: number) => Buffer;

/** Decompresses as much as there is: a stream that was cut off is no error. Throws a RangeError past `maxLength`, an Error for other damage. */
export const decompressZstd: Decompressor = pickDecompressor();

function pickDecompressor(): Decompressor {
  const { zstdDecompressSync, constants } = zlib as unknown as NewerZlib;
  if (zstdDecompressSync === undefined) return decompressByBlocks;
  const flush = { finishFlush: constants.ZSTD_e_flush };
  return (bytes, maxLength) => zstdDecompressSync(bytes, { ...flush, maxOutputLength: maxLength });
}

type NewerZlib = Readonly<{
  zstdDecompressSync?: (
    bytes: Uint8Array,
    options: { finishFlush: number; maxOutputLength: number },
  ) => Buffer;
  constants: Readonly<{ ZSTD_e_flush: number }>;
}>;

/** Without Node's help: what whole blocks contain. */
export function decompressByBlocks(bytes: Uint8Array, maxLength: number): Buffer {
  const blocks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((block) => {
    length += block.length;
    if (length > maxLength) throw new RangeError(`It decompresses to more than ${maxLength} bytes.`);
    blocks.push(block.slice());
  });
  try {
    stream.push(bytes, true);
  } catch (error) {
    if ((error as { code?: unknown }).code !== ZstdErrorCode.UnexpectedEOF) throw error;
  }
  return Buffer.concat(blocks);
}
