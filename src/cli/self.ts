// How this program is started again: the same Node, the same file.

export const SELF: readonly [node: string, program: string] = [process.execPath, process.argv[1] ?? ''];
