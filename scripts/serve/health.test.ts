import { describe, expect, it } from 'vitest';
import { checkHealth } from './health.ts';

const quiet = { onError: () => {}, afterMs: () => new Promise<void>(() => {}) };

describe('checkHealth', () => {
  it('[RUN-4] is well when every part is', async () => {
    const health = await checkHealth('1.0.0', { a: () => ({ status: 'ok' }) }, quiet);
    expect(health).toEqual({ status: 'ok', version: '1.0.0', parts: { a: { status: 'ok' } } });
  });

  it('[RUN-4] a part that cannot be asked is unwell, and what it threw stays inside', async () => {
    const errors: string[] = [];
    const broken = () => Promise.reject(new Error('no such table'));
    const health = await checkHealth(
      '1.0.0',
      { a: () => ({ status: 'ok' }), b: broken },
      {
        ...quiet,
        onError: (part, error) => void errors.push(`${part}: ${(error as Error).message}`),
      },
    );
    expect(health.status).toBe('unwell');
    expect(JSON.stringify(health)).not.toContain('no such table');
    expect(errors).toEqual(['b: no such table']);
  });

  it('[RUN-4] what limps is told, and is better than what is unwell', async () => {
    const limping = () => ({ status: 'limping', detail: 'slow' }) as const;
    const well = () => ({ status: 'ok' }) as const;
    expect((await checkHealth('1.0.0', { a: well, b: limping }, quiet)).status).toBe('limping');
    const unwell = () => ({ status: 'unwell' }) as const;
    expect((await checkHealth('1.0.0', { a: unwell, b: limping }, quiet)).status).toBe('unwell');
  });

  it('[RUN-4] a part that does not answer in time is unwell', async () => {
    const waited: number[] = [];
    const afterMs = async (ms: number) => void waited.push(ms);
    const silent = () => new Promise<never>(() => {});
    const health = await checkHealth('1.0.0', { a: silent }, { ...quiet, afterMs });
    expect([health.status, waited]).toEqual(['unwell', [2_000]]);
  });
});
