/**
 * Tokens that open documents, one per journal: asked for in batches, kept until shortly before their end. [CON-3]
 */
import { DocumentTokensResponse } from '@kith/schema/api/accounts';
import type { JournalName } from '@kith/schema/doc-name';
import { LIMITS } from '@kith/schema/limits';
import { isWireErrorCode } from '@kith/schema/wire-error';
import { EngineError } from '../engine-api.ts';
import type { ApiClient } from './api-client.ts';

export interface DocumentTokens {
  /** Valid for another `MARGIN_MS` at least. @throws EngineError with the code of the refusal */
  token(journal: JournalName): Promise<string>;
  /** Asks for those of journals that are about to be opened, all together; what fails is asked for when it is wanted. */
  prefetch(journals: readonly JournalName[]): void;
  /** The server does not take the one last given out, whatever its time. */
  drop(journal: JournalName): void;
  /** True when the token last given out for it is about to end. */
  isStale(journal: JournalName): boolean;
}

interface Waiting {
  readonly journal: JournalName;
  readonly resolve: (token: string) => void;
  readonly reject: (error: unknown) => void;
}

const MARGIN_MS = 90_000;

export const createDocumentTokens = (api: ApiClient, clock: { now(): number }): DocumentTokens => {
  const kept = new Map<JournalName, { readonly token: string; readonly expiresAt: number }>();
  const asked = new Map<JournalName, Promise<string>>();
  let waiting: Waiting[] = [];

  const isStale = (journal: JournalName): boolean => (kept.get(journal)?.expiresAt ?? 0) - MARGIN_MS < clock.now();

  const ask = async (batch: readonly Waiting[]): Promise<void> => {
    const documents = [...new Set(batch.map(({ journal }) => journal))];
    try {
      const request = { method: 'POST', path: '/api/document-tokens', body: { documents } } as const;
      const { tokens } = await api.call({ ...request, answer: DocumentTokensResponse });
      for (const [i, journal] of documents.entries()) {
        const entry = tokens[i];
        if (entry !== undefined && 'token' in entry) kept.set(journal, entry);
        else kept.delete(journal);
      }
      for (const { journal, resolve, reject } of batch) {
        const entry = tokens[documents.indexOf(journal)];
        if (entry !== undefined && 'token' in entry) resolve(entry.token);
        else reject(refusalOf(entry?.error));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    for (let i = 0; i < batch.length; i += LIMITS.documentTokensPerRequest) {
      void ask(batch.slice(i, i + LIMITS.documentTokensPerRequest));
    }
  };

  const askFor = (journal: JournalName): Promise<string> => {
    const token = new Promise<string>((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(flush);
      waiting.push({ journal, resolve, reject });
    }).finally(() => asked.delete(journal));
    asked.set(journal, token);
    return token;
  };
  const tokenOf = async (journal: JournalName): Promise<string> => {
    const known = kept.get(journal);
    return known !== undefined && !isStale(journal) ? known.token : (asked.get(journal) ?? askFor(journal));
  };

  return {
    isStale,
    drop: (journal) => void kept.delete(journal),
    token: tokenOf,
    prefetch: (journals) => {
      for (const journal of journals) tokenOf(journal).catch(() => undefined);
    },
  };
};

const refusalOf = (code: string | undefined): EngineError =>
  new EngineError(isWireErrorCode(code) ? code : 'unavailable', 'this document is not open to this device');
