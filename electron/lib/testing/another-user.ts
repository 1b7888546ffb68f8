/**
 * Another user of this machine, as whom a test can attack the console. Undefined unless the tests run as root, who alone
 * can start a program as somebody else.
 */
export const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** The options of `spawn` and `execFile` that start a program as that user. */
export const asNobody = { ...nobody, cwd: '/' };
