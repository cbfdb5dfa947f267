/**
 * The order of writes of one replica: what came together is written together, one write at a time. After a failure the
 * stored rows may lack something, so the next write is the whole document instead of what is pending. [BRW-6]
 */
export interface ReplicaWriter {
  push(update: Uint8Array): void;
  /** The stored rows may lack something. */
  distrust(): void;
  /** Drops what is pending, for good. */
  stop(): void;
  /** Writes what is pending. Rejects with the error when that failed; it is then tried again with the next `push`. */
  settle(): Promise<void>;
}

export interface ReplicaWriterDeps {
  readonly write: (updates: readonly Uint8Array[]) => Promise<void>;
  /** The whole document as one update. */
  readonly whole: () => Uint8Array;
  /** Whether writing again at once may help: the browser had closed the connection. */
  readonly isPassing: (error: unknown) => boolean;
  readonly onFailure: (error: unknown) => void;
}

export const createReplicaWriter = (deps: ReplicaWriterDeps): ReplicaWriter => {
  let pending: Uint8Array[] = [];
  let isIncomplete = false;
  let isStopped = false;
  let writing: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;

  /** Never rejects: see `failure`. */
  const drain = async (): Promise<void> => {
    for (let isSecondTry = false; !isStopped && (isIncomplete || pending.length > 0); ) {
      const updates = isIncomplete ? [deps.whole()] : pending;
      pending = [];
      isIncomplete = false;
      try {
        await deps.write(updates);
        failure = null;
        isSecondTry = false;
      } catch (error) {
        isIncomplete = true;
        if (isStopped) return;
        if (deps.isPassing(error) && !isSecondTry) {
          isSecondTry = true;
          continue;
        }
        failure = { error };
        deps.onFailure(error);
        return;
      }
    }
  };

  const start = (): Promise<void> => {
    writing ??= drain().finally(() => {
      writing = null;
    });
    return writing;
  };

  return {
    push: (update) => {
      if (isStopped) return;
      pending.push(update);
      void start();
    },
    distrust: () => {
      isIncomplete = true;
    },
    stop: () => {
      isStopped = true;
      pending = [];
    },
    settle: async () => {
      await writing;
      await start();
      if (failure !== null && !isStopped) throw failure.error;
    },
  };
};
