/** What a new invitation allows: few choices, each in words. */
const DAY_SECONDS = 86_400;

export const INVITE_TERMS = [
  { label: '7 days, up to 10 people', expiresInSeconds: 7 * DAY_SECONDS, maxUses: 10 },
  { label: '1 day, 1 person', expiresInSeconds: DAY_SECONDS, maxUses: 1 },
  { label: '30 days, up to 100 people', expiresInSeconds: 30 * DAY_SECONDS, maxUses: 100 },
] as const;
