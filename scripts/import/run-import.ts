/** The import as a person sees it: who imports, how far it is, what could not be read, and a link to the result. */
import {
  createHeadlessEngine,
  createRealTimers,
  EngineError,
  type HeadlessEngine,
  importHistory,
} from '@kith/client/engine';
import { createProgress, type Progress } from '../store/progress.ts';
import { BrokenLineError, inspectHistoryFile, readHistoryFile } from './history-file.ts';
import type { ImportArguments } from './import-arguments.ts';

export interface ImportSurroundings {
  readonly print: (text: string) => void;
  readonly isTerminal: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

const LINK_TERMS = { role: 'member', expiresInSeconds: 30 * 24 * 3_600, maxUses: 1_000 } as const;

/** @throws Error with a sentence when the import cannot go on */
export const runImport = async (
  args: ImportArguments,
  { print, isTerminal, now, signal }: ImportSurroundings,
): Promise<'done' | 'interrupted' | 'stopped'> => {
  const { source, lines } = await inspectHistoryFile(args.file);
  const headless = createHeadlessEngine({ server: args.server, profileDir: args.profileDir, bulk: true });
  try {
    await ensureSignedIn(headless, args, print);
    const progress = createProgress({ print, isTerminal, now, total: lines, what: 'lines' });
    const broken = { count: 0 };
    const conversation = await importHistory(
      { engine: headless.engine, store: headless.store, clock: { now }, timers: createRealTimers() },
      {
        ...{ source, signal, title: args.title },
        lines: readHistoryFile(args.file, nameBroken(args, progress, broken)),
        onProgress: progress.at,
      },
    );
    progress.end(signal.aborted ? null : lines);
    if (broken.count > 0)
      print(`${broken.count} ${broken.count === 1 ? 'line' : 'lines'} could not be read; see above.\n`);
    if (signal.aborted) {
      print('Interrupted. Run the same command again to go on.\n');
      return 'interrupted';
    }
    const link = await headless.engine.createInvite(conversation, LINK_TERMS);
    print(`Done. Join it here:\n${args.server}/join/${link.id}#${link.secret}\n`);
    return 'done';
  } catch (error) {
    if (!(error instanceof BrokenLineError)) throw error;
    print(`\n${error.message}\nMend the line or leave out --on-error stop.\n`);
    return 'stopped';
  } finally {
    await headless.close();
  }
};

const nameBroken =
  (args: ImportArguments, progress: Progress, broken: { count: number }) =>
  ({ line, detail }: { readonly line: number; readonly detail: string }): 'stop' | 'skip' => {
    broken.count++;
    progress.say(`Line ${line}: ${detail}`);
    return args.onError;
  };

const ensureSignedIn = async (
  { engine, views }: HeadlessEngine,
  args: ImportArguments,
  print: (text: string) => void,
): Promise<void> => {
  if ((await views.session().get()) !== null) return;
  const handle = args.handle ?? `import-${randomText(6).toLowerCase().replaceAll(/[-_]/g, 'x')}`;
  const password = args.password ?? randomText(18);
  const person = { handle, password, deviceName: 'Import' };
  try {
    await engine.signUpWithPassword({ ...person, name: handle });
    print(`Signed up as ${handle}${args.password === null ? ` with the password ${password}` : ''}\n`);
  } catch (error) {
    const isTaken = error instanceof EngineError && error.code === 'handle-taken' && args.password !== null;
    if (!isTaken) throw error;
    await engine.signInWithPassword(person);
    print(`Signed in as ${handle}\n`);
  }
};

const randomText = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url');
