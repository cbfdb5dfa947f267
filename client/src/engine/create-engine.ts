/**
 * The engine: what a person does is written here and now; what needs the server goes to whichever engine of the profile
 * leads. [ENG-1] [LDR-1]
 */
import type { Engine } from './engine-api.ts';
import type { EngineDeps } from './engine-deps.ts';
import { createHybridClock } from './hybrid-clock.ts';
import { createLeader, LEADER_METHODS, type Leader, type LeaderEngine } from './leader.ts';
import { createLocalWrites } from './local-writes.ts';
import { createLeaderCalls } from './tabs/leader-calls.ts';
import { createSharedState } from './tabs/shared-state.ts';

/** An engine with what only tools need. */
export interface EngineWithLeader extends Engine {
  /** Null while another engine of the profile leads. */
  leader(): Leader | null;
}

/** Store and tab channel are the caller's to close, after the engine. */
export const createEngine = (deps: EngineDeps): EngineWithLeader => {
  const hybridClock = createHybridClock(deps);
  const shared = createSharedState(deps);
  const calls = createLeaderCalls<LeaderEngine>(deps, LEADER_METHODS);
  let leader: Leader | null = null;

  deps.leadership.whenLeader(async (signal) => {
    if (signal.aborted) return;
    shared.lead(true);
    const leading = createLeader({ ...deps, hybridClock, shared });
    leader = leading;
    calls.lead(leading.methods);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    calls.lead(null);
    leader = null;
    shared.lead(false);
    await leading.close();
  });

  return {
    ...calls.methods,
    ...createLocalWrites({ ...deps, hybridClock }),
    showConversation: async (conversation) => shared.show(conversation),
    onStatus: async (listener) => {
      listener(shared.status);
      return shared.onStatus(listener);
    },
    onPresence: async (conversation, listener) => {
      listener(shared.presence(conversation));
      return shared.onPresence((presence) => {
        if (presence.conversation === conversation) listener(presence);
      });
    },
    leader: () => leader,
    close: async () => {
      await deps.leadership.close();
      calls.close();
      shared.close();
    },
  };
};
