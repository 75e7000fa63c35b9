/**
 * `compute` with its last result remembered while the arguments stay the same objects. Drawing stays a pure function of
 * its arguments; a frame in which nothing changed is merely not worked out twice.
 */
export function rememberLast<Args extends readonly unknown[], Result>(
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
