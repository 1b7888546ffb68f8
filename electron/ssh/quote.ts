/**
 * Quotes one argument for a POSIX shell: whatever it holds, the shell hands it on as it is. ssh joins its arguments with
 * blanks and the remote shell parses them anew, so every argument has to pass through here. A NUL cannot be part of an
 * argument anywhere: throws a `RangeError`.
 */
export function quote(argument: string): string {
  if (argument.includes('\0')) throw new RangeError('An argument cannot hold a NUL');
  if (/^[A-Za-z0-9_@%+:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** A command line for a POSIX shell of these arguments, nothing else. */
export function quoteAll(args: readonly string[]): string {
  return args.map(quote).join(' ');
}
