/** Single-entry memoization by argument identity. */

/**
 * Memoizes the last result of `compute` while its arguments are identical objects. The law of all memoization in view/:
 * a memoized function is pure, so caching changes cost and never a frame.
 */
export function memoizeLast<Args extends readonly unknown[], Result>(
  compute: (...args: Args) => Result,
): (...args: Args) => Result {
  let last: { args: Args; result: Result } | undefined;
  return (...args) => {
    if (
      last === undefined ||
      args.length !== last.args.length ||
      args.some((arg, i) => !Object.is(arg, last!.args[i]))
    ) {
      last = { args, result: compute(...args) };
    }
    return last.result;
  };
}
