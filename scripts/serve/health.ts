/** What `GET /health` answers: whether each part can do its work now. [RUN-4] */

export interface PartHealth {
  readonly status: 'ok' | 'unwell';
  /** What is wrong, in a sentence. */
  readonly detail?: string;
}

export interface Health {
  readonly status: 'ok' | 'unwell';
  readonly version: string;
  readonly parts: Readonly<Record<string, PartHealth>>;
}

export type HealthCheck = () => PartHealth | Promise<PartHealth>;

/** A check that throws is an answer too; what it threw goes to `onError`, not to whoever asked. */
export const checkHealth = async (
  version: string,
  checks: Readonly<Record<string, HealthCheck>>,
  onError: (part: string, error: unknown) => void,
): Promise<Health> => {
  const parts = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return [name, await check()] as const;
      } catch (error) {
        onError(name, error);
        return [name, { status: 'unwell', detail: 'could not be asked' }] as const;
      }
    }),
  );
  const isWell = parts.every(([, part]) => part.status === 'ok');
  return { status: isWell ? 'ok' : 'unwell', version, parts: Object.fromEntries(parts) };
};
