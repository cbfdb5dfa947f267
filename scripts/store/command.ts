/** What `store`, `backup` and `restore` have in common as commands: how they end, and what ends them. */

const EXIT_USAGE = 64;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

export interface CommandSurroundings {
  readonly print: (text: string) => void;
  readonly isTerminal: boolean;
  readonly now: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Says what is wrong with the arguments, and ends. */
export const endWithUsage = (mistakes: readonly string[], usage: string): never => {
  process.stderr.write(`${mistakes.join('\n')}\n\n${usage}\n`);
  process.exit(EXIT_USAGE);
};

/** Files made on the way are their owner's alone: they hold keys and messages. */
export const runCommand = async (work: (surroundings: CommandSurroundings) => Promise<void>): Promise<void> => {
  process.umask(0o077);
  const abort = new AbortController();
  // any number of times: Ctrl-C arrives twice, from the terminal and from npm
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());
  const print = (text: string): boolean => process.stdout.write(text);
  try {
    await work({ print, isTerminal: process.stdout.isTTY === true, now: () => Date.now(), signal: abort.signal });
  } catch (error) {
    const isInterrupted = abort.signal.aborted;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(isInterrupted ? '\nInterrupted; nothing was changed.\n' : `\n${message}\n`);
    process.exitCode = isInterrupted ? EXIT_INTERRUPTED : EXIT_FAILED;
  }
};
