import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnv, SECRETS } from './env-file.mjs';
import { runSetup } from './run-setup.mjs';

const ARGUMENTS = ['--domain', 'chat.example.org', '--mail', 'admin@example.org'];
let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-setup-'));
  file = join(folder, '.env');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `answers` are a person's, in order; without them nobody can be asked. */
const setUp = async (args: readonly string[], answers: readonly string[] | null = null) => {
  const left = [...(answers ?? [])];
  const asked: string[] = [];
  const printed: string[] = [];
  const complaints: string[] = [];
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(left.shift() ?? '');
  };
  const code = await runSetup(args, {
    file,
    ask: answers === null ? null : ask,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    random: (bytes) => crypto.getRandomValues(bytes),
  });
  return { code, asked, printed, complaints };
};
const written = () => readFileSync(file, 'utf8');

describe('npm run setup', () => {
  it('[DEP-1] a first run writes domain, mail address and secrets of 256 bits, no two alike', async () => {
    expect(await setUp(ARGUMENTS)).toMatchObject({ code: 0, asked: [], complaints: [] });
    const env = readEnv(written());
    expect([...env.keys()]).toEqual(['COMPOSE_PROJECT_NAME', 'KITH_DOMAIN', 'KITH_MAIL', ...SECRETS]);
    expect(env.get('KITH_DOMAIN')).toBe('chat.example.org');
    expect(env.get('KITH_MAIL')).toBe('admin@example.org');
    const secrets = SECRETS.map((name) => env.get(name));
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(secrets).size).toBe(SECRETS.length);
  });

  it('[DEP-1] .env is its owner’s alone, also when it was not before, and nothing is left beside it', async () => {
    writeFileSync(file, '', { mode: 0o644 });
    await setUp(ARGUMENTS);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('[DEP-1] the same again changes nothing', async () => {
    await setUp(ARGUMENTS);
    const before = written();
    await setUp(ARGUMENTS);
    expect(written()).toBe(before);
  });

  it('[DEP-1] another domain and mail address replace theirs; secrets and lines of others stay in their places', async () => {
    const own = '# mine\nexport HTTP_PROXY=x\nKITH_DOMAIN="old.example.org"\nREDIS_PASSWORD=\'kept\'\nMONGO_KEY=\n';
    writeFileSync(file, own);
    await setUp(ARGUMENTS);
    expect(written().split('\n').slice(0, 4)).toEqual([
      '# mine',
      'export HTTP_PROXY=x',
      'KITH_DOMAIN=chat.example.org',
      "REDIS_PASSWORD='kept'",
    ]);
    expect(written()).toMatch(/^MONGO_KEY=[0-9a-f]{64}$/m);
    expect([...readEnv(written()).keys()].filter((name) => name === 'KITH_DOMAIN')).toHaveLength(1);
  });

  it('[DEP-2] asks for domain and mail address, says what is wrong with an answer, and asks again', async () => {
    const { code, asked, printed } = await setUp(
      [],
      ['https://chat.example.org', 'chat.example.org', 'admin@example.org'],
    );
    expect(code).toBe(0);
    expect(asked.map((question) => question.split(' ')[0])).toEqual(['Domain', 'Domain', 'Mail']);
    expect(printed[0]).toContain('without https://');
    expect(readEnv(written()).get('KITH_DOMAIN')).toBe('chat.example.org');
  });

  it('[DEP-2] an empty answer keeps what is there', async () => {
    await setUp(ARGUMENTS);
    const before = written();
    const { asked } = await setUp([], ['', '']);
    expect(asked.join()).toContain('[chat.example.org]');
    expect(written()).toBe(before);
  });

  it('[DEP-3] every mistake in arguments is named at once, and nothing is written', async () => {
    const { code, complaints } = await setUp(['--domain', '10.0.0.1']);
    expect(code).toBe(64);
    expect(complaints.filter((line) => line.startsWith('--'))).toEqual([
      expect.stringContaining('--domain: The domain must be a name'),
      expect.stringContaining('--mail: The mail address is missing'),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('[DEP-3] an unknown argument is named', async () => {
    const { code, complaints } = await setUp([...ARGUMENTS, '--port', '80']);
    expect(code).toBe(64);
    expect(complaints[0]).toContain('--port');
  });

  it('[DEP-3] two lines say what to do next; a third, what moving to another name costs', async () => {
    expect((await setUp(ARGUMENTS)).printed).toHaveLength(2);
    const { printed } = await setUp(['--domain', 'localhost', '--mail', 'admin@example.org']);
    expect(printed).toHaveLength(3);
    expect(printed[0]).toContain('have to sign up anew');
    expect(printed[2]).toContain('https://localhost');
  });
});
