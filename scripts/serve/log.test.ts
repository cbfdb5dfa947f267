import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';

const logged = (act: (log: ReturnType<typeof createLog>) => void): string => {
  const lines: string[] = [];
  act(createLog({ level: 'info', now: () => 0, write: (line) => lines.push(line) }));
  return lines.join('');
};
const JWT = `eyJhbGciOiJFZERTQSJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`;

describe('createLog', () => {
  it('[RUN-8] hides values under telling names, however deep', () => {
    const line = logged((log) =>
      log.info('request', { headers: { Authorization: 'x-1', 'set-cookie': ['x-2'] }, body: [{ newPassword: 'x-3' }] }),
    );
    expect(line).not.toMatch(/x-\d/);
  });

  it('[RUN-8] hides tokens inside texts and errors', () => {
    const line = logged((log) =>
      log.error('failed', {
        error: new Error(`bad ${JWT}`),
        url: '/sync?token=abc123&x=1',
        from: '/yjs/a?ticket=abc123',
        note: 'Bearer abc123',
      }),
    );
    expect(line).not.toContain(JWT);
    expect(line).not.toContain('abc123');
    expect(line).toContain('x=1');
  });

  it('[RUN-8] writes one JSON object a line and nothing below its level', () => {
    const line = logged((log) => {
      log.debug('quiet');
      log.warn('storage failing', { line: 'a\nb', bytes: new Uint8Array(3) });
    });
    expect(
      line
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text)),
    ).toEqual([
      { time: '1970-01-01T00:00:00.000Z', level: 'warn', event: 'storage failing', line: 'a\nb', bytes: '[3 bytes]' },
    ]);
  });
});
