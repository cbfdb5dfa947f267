import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  readonly icon: LucideIcon;
  /** Its accessible name, and its tooltip. */
  readonly name: string;
  readonly look?: 'quiet' | 'primary';
}

export const IconButton = ({ icon: Icon, name, look = 'quiet', className, ...rest }: IconButtonProps) => (
  <button
    type="button"
    {...rest}
    aria-label={name}
    title={name}
    className={classNames(
      'inline-flex size-11 shrink-0 items-center justify-center rounded-full transition-colors disabled:opacity-40',
      look === 'primary'
        ? 'bg-accent text-on-accent hover:bg-accent-strong'
        : 'text-muted hover:bg-sunken hover:text-ink',
      className,
    )}
  >
    <Icon aria-hidden="true" size={20} strokeWidth={1.75} />
  </button>
);
