import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withPlanted } from '../check/planted.ts';
import { hashOf } from './stamp.mjs';

it('[RUN-1] a build is due when a source changes, and only then', async () => {
  const files = { lock: '1', 'client/main.ts': 'a', 'client/src/deep/b.ts': 'b', 'client/src/deep/b.test.ts': 't' };
  await withPlanted(files, (folder) => {
    const hash = () => hashOf(folder, ['lock'], ['client']);
    const first = hash();
    writeFileSync(join(folder, 'client/src/deep/b.test.ts'), 'another test');
    expect(hash()).toBe(first);
    writeFileSync(join(folder, 'client/src/deep/b.ts'), 'c');
    const second = hash();
    expect(second).not.toBe(first);
    rmSync(join(folder, 'client/main.ts'));
    expect(hash()).not.toBe(second);
  });
});
