/**
 * Status and presence as every tab knows them: the leader's own, told to the others; and which conversations the tabs
 * show, told to the leader. [LDR-3] [LDR-4]
 */
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { ConversationId } from '@kith/schema/ids';
import type { EngineStatus, Presence } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { createListeners } from '../listeners.ts';
import type { TabMessage } from '../tab-channel.ts';
import { createShownByTab } from './shown-by-tab.ts';

export interface SharedState {
  readonly status: EngineStatus;
  /** By the leader: kept here and told to all tabs. */
  setStatus(change: Partial<EngineStatus>): void;
  setPresence(presence: Presence): void;
  presence(conversation: ConversationId): Presence;
  show(conversation: ConversationId | null): void;
  /** What all tabs show; told to `onShown` while this engine leads. */
  shown(): ReadonlySet<ConversationId>;
  lead(leading: boolean): void;
  onStatus(listener: (status: EngineStatus) => void): () => void;
  onPresence(listener: (presence: Presence) => void): () => void;
  onShown(listener: () => void): () => void;
  close(): void;
}

const START: EngineStatus = { connection: 'connecting', storage: 'ok', leader: false, ended: null, slowed: [] };

/** How often a leader asks the tabs anew what they show. */
const ROUND_MS = 20_000;

export const createSharedState = (deps: Pick<EngineDeps, 'tabs' | 'random' | 'timers'>): SharedState => {
  const tab = bytesToBase64Url(deps.random(new Uint8Array(16)));
  const presences = new Map<ConversationId, Presence>();
  const statusListeners = createListeners<EngineStatus>();
  const presenceListeners = createListeners<Presence>();
  const shownListeners = createListeners<void>();
  const shownByTab = createShownByTab(shownListeners.tell);
  let status = START;

  const change = (next: EngineStatus): void => {
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    statusListeners.tell(status);
  };
  const takePresence = (presence: Presence): void => {
    presences.set(presence.conversation, presence);
    presenceListeners.tell(presence);
  };
  const tellLeading = (): void => deps.tabs.post({ type: 'leading', tab });
  const tellShown = (): void => deps.tabs.post({ type: 'show', tab, conversation: shownByTab.of(tab) });
  const tellStatus = (): void => deps.tabs.post({ type: 'status', status });
  const take = (message: TabMessage): void => {
    if (message.type === 'show') shownByTab.take(message.tab, message.conversation);
    else if (message.type === 'bye') shownByTab.take(message.tab, null);
    else if (message.type === 'leading') tellShown();
    else if (message.type === 'hello' && status.leader) {
      tellLeading();
      tellStatus();
      for (const presence of presences.values()) deps.tabs.post({ type: 'presence', presence });
    } else if (message.type === 'status' && !status.leader) change({ ...message.status, leader: false });
    else if (message.type === 'presence' && !status.leader) takePresence(message.presence);
  };
  const stop = deps.tabs.subscribe(take);
  const stopRounds = deps.timers.every(ROUND_MS, () => {
    if (!status.leader) return;
    shownByTab.nextRound(tab);
    tellLeading();
  });
  deps.tabs.post({ type: 'hello', tab });

  return {
    get status() {
      return status;
    },
    setStatus: (next) => {
      change({ ...status, ...next });
      if (status.leader) tellStatus();
    },
    setPresence: (presence) => {
      takePresence(presence);
      deps.tabs.post({ type: 'presence', presence });
    },
    presence: (conversation) => presences.get(conversation) ?? { conversation, online: [], typing: [] },
    show: (conversation) => {
      shownByTab.take(tab, conversation);
      tellShown();
    },
    shown: shownByTab.all,
    lead: (leading) => {
      change({ ...status, leader: leading });
      if (leading) tellLeading();
    },
    onStatus: statusListeners.add,
    onPresence: presenceListeners.add,
    onShown: shownListeners.add,
    close: () => {
      deps.tabs.post({ type: 'bye', tab });
      stopRounds();
      stop();
    },
  };
};
