import { ArrowLeft, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './icon-button.tsx';

export interface PaneHeaderProps {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  /** Null where there is nothing to go back to. */
  readonly onBack?: (() => void) | null | undefined;
  /** For what lies beside the rest and goes away by itself. */
  readonly onClose?: (() => void) | null | undefined;
  readonly level?: 'h1' | 'h2';
  readonly leading?: ReactNode;
  readonly actions?: ReactNode;
}

/** The top of a column. `tabIndex` lets focus be brought to the title when the column opens. */
export const PaneHeader = ({
  title,
  subtitle,
  onBack,
  onClose,
  level: Level = 'h1',
  leading,
  actions,
}: PaneHeaderProps) => (
  <header className="flex min-h-15 shrink-0 items-center gap-2 border-line border-b px-2 py-1.5">
    {onBack && <IconButton icon={ArrowLeft} name="Back" onClick={onBack} />}
    {leading}
    <div className="min-w-0 grow px-1">
      <Level tabIndex={-1} data-pane-title="" className="truncate font-semibold text-title outline-none">
        {title}
      </Level>
      {subtitle && <p className="truncate text-muted text-small">{subtitle}</p>}
    </div>
    {actions}
    {onClose && <IconButton icon={X} name="Close" onClick={onClose} />}
  </header>
);
