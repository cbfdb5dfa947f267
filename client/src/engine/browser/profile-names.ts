/** What is named per browser profile: every tab and worker of the origin must use the same. Never rename: it is data. */
export const PROFILE_NAMES = { database: 'kith', leaderLock: 'kith/leader', tabChannel: 'kith/tabs' } as const;
