/** The line under a conversation's title. [UI-18] */
export interface PresenceCount {
  readonly kind: 'group' | 'direct' | 'self';
  readonly members: number;
  /** Others who look at it now. */
  readonly here: number;
}

export const presenceSentence = ({ kind, members, here }: PresenceCount, format: (value: number) => string): string => {
  if (kind === 'self') return 'Only you';
  const count = members === 1 ? '1 member' : `${format(members)} members`;
  return here > 0 ? `${count} · ${format(here)} here now` : count;
};
