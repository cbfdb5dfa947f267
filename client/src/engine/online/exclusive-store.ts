/** The store as the leading engine writes to it: what touches a row that a projection may be folding waits its turn. */
import type { Projector } from '../projection/projector.ts';
import type { LocalStore } from '../storage/local-store.ts';

export const exclusiveStore = (store: LocalStore, projector: Projector): LocalStore => ({
  ...store,
  acknowledge: (conversation, events) => projector.exclusive(() => store.acknowledge(conversation, events)),
  saveSigned: (events) => projector.exclusive(() => store.saveSigned(events)),
  quarantine: (rows) => projector.exclusive(() => store.quarantine(rows)),
  setArrivals: (conversation, arrivals) => projector.exclusive(() => store.setArrivals(conversation, arrivals)),
});
