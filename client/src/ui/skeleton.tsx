import { classNames } from './class-names.ts';

/** Stands where rows will be, only when reading them takes longer than people notice. */
export const Skeleton = ({ rows, label }: { readonly rows: number; readonly label: string }) => (
  <div role="status" aria-label={label} className="after-a-moment flex flex-col gap-5 p-4">
    {Array.from({ length: rows }, (_, row) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: rows that are all alike have nothing else
      <div key={row} aria-hidden="true" className="flex items-center gap-3">
        <div className="size-11 shrink-0 rounded-full bg-sunken" />
        <div className="flex grow flex-col gap-2">
          <div className={classNames('h-3 rounded-full bg-sunken', row % 2 === 0 ? 'w-2/5' : 'w-1/3')} />
          <div className={classNames('h-3 rounded-full bg-sunken', row % 2 === 0 ? 'w-4/5' : 'w-3/5')} />
        </div>
      </div>
    ))}
  </div>
);
