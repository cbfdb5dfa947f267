/** Where a passphrase comes from: the environment, else a person at the terminal, unseen. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StoreError } from '../store/store-place.ts';

const VARIABLE = 'KITH_BACKUP_PASSPHRASE';
/** Nothing slows down whoever has the file. */
const MIN_LENGTH = 12;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws StoreError when nobody gives one, or none that would protect. */
export const askNewPassphrase = async (env: Environment, signal: AbortSignal): Promise<string> => {
  const given = env[VARIABLE] ?? '';
  const passphrase = given === '' ? await ask('Passphrase of the backup: ', signal) : given;
  if (passphrase.length < MIN_LENGTH)
    throw new StoreError(`The passphrase is too short: ${MIN_LENGTH} characters or more, several words for example.`);
  if (given === '' && (await ask('Once more: ', signal)) !== passphrase)
    throw new StoreError('These were two different passphrases. Nothing was written.');
  return passphrase;
};

/** @throws StoreError when nobody gives one. */
export const askPassphrase = async (env: Environment, signal: AbortSignal): Promise<string> => {
  const given = env[VARIABLE] ?? '';
  return given === '' ? ask('Passphrase of the backup: ', signal) : given;
};

/** Ctrl-C and Ctrl-D are keys while the terminal is read here: both end the question. */
const ask = async (question: string, signal: AbortSignal): Promise<string> => {
  if (process.stdin.isTTY !== true) throw new StoreError(`Give the passphrase in ${VARIABLE}: there is nobody to ask.`);
  process.stderr.write(question);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  const left = new AbortController();
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  terminal.once('close', () => left.abort(new StoreError('No passphrase was given. Nothing was written.')));
  try {
    return await terminal.question('', { signal: AbortSignal.any([signal, left.signal]) });
  } catch {
    signal.throwIfAborted();
    throw left.signal.reason;
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};
