import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
}

/** Nothing is here yet: says what would be, and leads there. */
export const EmptyState = ({ icon: Icon, title, children }: EmptyStateProps) => (
  <div className="m-auto flex max-w-sm flex-col items-center gap-3 p-8 text-balance text-center">
    <span className="flex size-14 items-center justify-center rounded-full bg-accent-soft text-accent">
      <Icon aria-hidden="true" size={26} strokeWidth={1.5} />
    </span>
    <h2 className="font-semibold text-title">{title}</h2>
    {children}
  </div>
);
