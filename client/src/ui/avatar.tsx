import type { CSSProperties } from 'react';
import { classNames } from './class-names.ts';
import { hueOf, initialsOf } from './person-look.ts';

const SIZES = { small: 'size-8 text-tiny', medium: 'size-11 text-body', large: 'size-16 text-large' } as const;

export interface AvatarProps {
  /** What the colour comes from: an id, so that it stays when the name changes. */
  readonly id: string;
  readonly name: string;
  readonly size?: keyof typeof SIZES;
  /** Conversations have rounded corners, people are round. */
  readonly shape?: 'person' | 'group';
}

/** Initials on a colour until a picture exists. The name stands beside it, so it is hidden from assistive tech. */
export const Avatar = ({ id, name, size = 'medium', shape = 'person' }: AvatarProps) => (
  <span
    aria-hidden="true"
    style={personStyle(id)}
    className={classNames(
      'person-fill inline-flex shrink-0 select-none items-center justify-center font-medium',
      shape === 'person' ? 'rounded-full' : 'rounded-[30%]',
      SIZES[size],
    )}
  >
    {initialsOf(name)}
  </span>
);

/** For `person-fill` and `person-ink`. */
export const personStyle = (id: string): CSSProperties => ({ '--hue': hueOf(id) }) as CSSProperties;
