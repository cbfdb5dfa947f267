import { type ComponentProps, useId } from 'react';
import { classNames } from './class-names.ts';

export interface TextFieldProps extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
  /** Stands before the text and is not part of it. */
  readonly prefix?: string;
}

export const TextField = ({ label, hint, error, prefix, className, ...rest }: TextFieldProps) => {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="font-medium text-small">
        {label}
      </label>
      <div
        className={classNames(
          'flex min-h-11 items-center rounded-xl border bg-canvas px-3 focus-within:border-accent focus-within:outline-1',
          'focus-within:outline-accent',
          error ? 'border-danger' : 'border-control',
        )}
      >
        {prefix && (
          <span aria-hidden="true" className="text-muted">
            {prefix}
          </span>
        )}
        <input
          {...rest}
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className="min-w-0 grow bg-transparent py-2 outline-none placeholder:text-muted max-sm:text-[1rem]"
        />
      </div>
      {note && (
        <p id={`${id}-note`} className={classNames('text-small', error ? 'text-danger' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  );
};
