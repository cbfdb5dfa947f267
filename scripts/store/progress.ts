/** How far a command is: one line that rewrites itself on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  /** `line`: the last one that is in. */
  at(line: number): void;
  /** One more. */
  count(): void;
  /** Something to say in between. */
  say(text: string): void;
  /** `line`: null when it ended early. */
  end(line: number | null): void;
}

const BAR_WIDTH = 30;
const PLAIN_EVERY_MS = 5_000;

export const createProgress = (deps: {
  readonly print: (text: string) => void;
  readonly isTerminal: boolean;
  readonly now: () => number;
  readonly total: number;
  /** What is counted. */
  readonly what: string;
}): Progress => {
  const { print, isTerminal, total, what } = deps;
  const startedAt = deps.now();
  let lastPrintedAt = 0;
  let latest = 0;

  const text = (): string => {
    const seconds = Math.max(0.001, (deps.now() - startedAt) / 1_000);
    const rate = latest / seconds;
    const share = total === 0 ? 1 : latest / total;
    const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
    const left = rate > 0 && latest < total ? `, ${formatSeconds((total - latest) / rate)} left` : '';
    return `${bar} ${(share * 100).toFixed(1)} %  ${latest} of ${total} ${what}  ${Math.round(rate)}/s${left}`;
  };
  const at = (line: number): void => {
    latest = line;
    if (isTerminal) print(`\r\u001b[K${text()}`);
    else if (deps.now() - lastPrintedAt >= PLAIN_EVERY_MS) {
      lastPrintedAt = deps.now();
      print(`${text()}\n`);
    }
  };
  return {
    at,
    count: () => at(latest + 1),
    say: (said) => print(isTerminal ? `\r\u001b[K${said}\n` : `${said}\n`),
    end: (line) => {
      latest = line ?? latest;
      print(isTerminal ? `\r\u001b[K${text()}\n` : `${text()}\n`);
    },
  };
};

const formatSeconds = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
