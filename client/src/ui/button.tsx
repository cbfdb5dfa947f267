import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'bg-sunken text-ink hover:bg-line',
  quiet: 'text-accent hover:bg-accent-soft',
  danger: 'bg-danger text-on-danger hover:opacity-90',
  'quiet-danger': 'text-danger hover:bg-danger-soft',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof LOOKS;
  /** Under way: stays focusable, does nothing more, says so. */
  readonly busy?: boolean;
}

export const Button = ({ look = 'secondary', busy = false, className, children, onClick, ...rest }: ButtonProps) => (
  <button
    type="button"
    {...rest}
    aria-disabled={busy || undefined}
    aria-busy={busy || undefined}
    onClick={busy ? (event) => event.preventDefault() : onClick}
    className={classNames(
      'inline-flex min-h-11 items-center whitespace-nowrap justify-center gap-2 rounded-xl px-4 font-medium transition-colors',
      'disabled:opacity-50',
      LOOKS[look],
      className,
    )}
  >
    {busy && <Spinner />}
    {children}
  </button>
);
