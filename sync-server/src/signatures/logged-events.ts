/** The events of a segment's logs, read and removed by the server itself. Ids of what is removed stay taken. [SIG-2] */
import { logRoot, readLog, readLogs, removeEvents } from '@kith/schema/documents/segment';
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { EventId } from '@kith/schema/ids';
import { applyServerChange } from '../guard/server-change.ts';
import type { Journals } from '../journal/journals.ts';
import type { DocumentState } from '../live/live-documents.ts';
import type { OwnWork } from '../live/own-work.ts';
import type { SignedEvent } from './signatures.ts';

export interface LoggedEvent extends SignedEvent {
  readonly eventId: EventId;
}

/** Both reject when the document cannot be read now. */
export interface LoggedEvents {
  read(documentName: string): Promise<LoggedEvent[]>;
  /** Resolves when it is applied, and on its way to the store. */
  remove(documentName: string, events: readonly LoggedEvent[]): Promise<void>;
}

interface LoggedEventsDeps {
  readonly ownWork: OwnWork;
  readonly journals: Journals;
  readonly onStored: (state: DocumentState) => void;
}

const ORIGIN = { source: 'local', skipStoreHooks: true } as const;

export const createLoggedEvents = ({ ownWork, journals, onStored }: LoggedEventsDeps): LoggedEvents => {
  const remove = (state: DocumentState, events: readonly LoggedEvent[]): true => {
    const { document: doc, clientIds } = state;
    const eventIds = new Set<EventId | null>(events.map(({ eventId }) => eventId));
    const isMeant = (bytes: Uint8Array): boolean => eventIds.has(eventIdOf(bytes));
    const owners = [...new Map(events.map((event) => [logRoot(event.account, event.device), event])).values()];
    const touched = owners.filter((owner) => readLog(doc, owner).some(isMeant));
    if (touched.length === 0) return true;
    const change = (): void => {
      for (const owner of touched) removeEvents(doc, owner, isMeant);
    };
    const { update, newBindings } = applyServerChange({ doc, clientIds, origin: ORIGIN, change });
    const entry = { document: doc.name, update, events: [], bindings: newBindings };
    journals.get(state.journal).append({ ...entry, onStored: () => onStored(state) });
    return true;
  };

  return {
    read: async (name) => orUnreadable(await ownWork.on(name, ({ document }) => readLogs(document).flatMap(decode))),
    remove: async (name, events) => {
      orUnreadable(await ownWork.on(name, (state) => remove(state, events)));
    },
  };
};

const orUnreadable = <T>(result: T | null): T => {
  if (result === null) throw new Error('the document cannot be read');
  return result;
};

const decode = ({ owner, events }: ReturnType<typeof readLogs>[number]): LoggedEvent[] =>
  events.flatMap((bytes) => {
    const eventId = eventIdOf(bytes);
    return eventId === null ? [] : [{ ...owner, bytes, eventId }];
  });

const eventIdOf = (bytes: Uint8Array): EventId | null => {
  const decoded = decodeEvent(bytes);
  return decoded.ok ? decoded.value.header.eventId : null;
};
