/** Streams what a command prints to the screen while it runs; its outputs and its log are recorded at the end. */

import { StringDecoder } from 'node:string_decoder';
import { currentNode } from '../../runtime/spans/span-observer.js';

/** Characters kept of the output. */
const MAX_KEPT = 1 << 14;

/** Receives the chunks of a command's stdout and stderr in the order in which they arrive. */
export type LiveOutput = Readonly<{ add(chunk: Buffer, stream: 'stdout' | 'stderr'): void; finish(): void }>;

/** Streams output for the node that is running now. */
export function startLiveOutput(): LiveOutput {
  const node = currentNode.getStore();
  if (!node) return { add() {}, finish() {} };
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let text = '';
  return {
    add(chunk, stream) {
      text = (text + decoders[stream].write(chunk.subarray(-MAX_KEPT))).slice(-MAX_KEPT);
      node.stream(text);
    },
    finish: () => node.stream(undefined),
  };
}
