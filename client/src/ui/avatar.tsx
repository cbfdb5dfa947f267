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

/**
 * Initials on a colour until a picture exists: decoration, neither read out nor copied, as the name stands beside it.
 */
export const Avatar = ({ id, name, size = 'medium', shape = 'person' }: AvatarProps) => (
  <span
    aria-hidden="true"
    data-hue={hueOf(id)}
    data-initials={initialsOf(name)}
    className={classNames(
      'person-fill before:content-[attr(data-initials)] inline-flex shrink-0 select-none items-center justify-center font-medium',
      shape === 'person' ? 'rounded-full' : 'rounded-[30%]',
      SIZES[size],
    )}
  />
);
