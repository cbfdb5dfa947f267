/** What `GET /health` answers: whether each part can do its work now. [RUN-4] */

export interface PartHealth {
  /** `limping`: it does its work, but not all that one is used to. Another process would not do better. */
  readonly status: 'ok' | 'limping' | 'unwell';
  /** What is wrong, in a sentence. */
  readonly detail?: string;
}

export interface Health {
  /** The worst of its parts. */
  readonly status: 'ok' | 'limping' | 'unwell';
  readonly version: string;
  readonly parts: Readonly<Record<string, PartHealth>>;
}

export type HealthCheck = () => PartHealth | Promise<PartHealth>;

const WORST_FIRST = ['unwell', 'limping'] as const;

export interface HealthDeps {
  readonly onError: (part: string, error: unknown) => void;
  readonly afterMs: (ms: number) => Promise<void>;
}

/** Whoever watches us waits no longer than about this. */
const LIMIT_MS = 2_000;

/** A check that throws or says nothing is an answer too; what it threw goes to `onError`, not to whoever asked. */
export const checkHealth = async (
  version: string,
  checks: Readonly<Record<string, HealthCheck>>,
  { onError, afterMs }: HealthDeps,
): Promise<Health> => {
  const silence = async (): Promise<never> => {
    await afterMs(LIMIT_MS);
    throw new Error('no answer');
  };
  const parts = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return [name, await Promise.race([check(), silence()])] as const;
      } catch (error) {
        onError(name, error);
        return [name, { status: 'unwell', detail: 'could not be asked' }] as const;
      }
    }),
  );
  const worst = WORST_FIRST.find((status) => parts.some(([, part]) => part.status === status)) ?? 'ok';
  return { status: worst, version, parts: Object.fromEntries(parts) };
};
