import type { Tick as TickName } from '@kith/schema/fold/receipts';
import { Check, CheckCheck, Clock, type LucideIcon } from 'lucide-react';
import { classNames } from './class-names.ts';
import { TICK_NAMES } from './tick-names.ts';

const ICONS: Record<TickName, LucideIcon> = { pending: Clock, stored: Check, delivered: CheckCheck, read: CheckCheck };

/** Read differs from delivered by weight and colour, and always by its name. */
export const Tick = ({ tick }: { readonly tick: TickName }) => {
  const Icon = ICONS[tick];
  const read = tick === 'read';
  return (
    <span
      role="img"
      aria-label={TICK_NAMES[tick]}
      data-tick={tick}
      className={classNames('inline-flex', read ? 'text-accent' : 'text-muted')}
    >
      <Icon aria-hidden="true" size={tick === 'pending' ? 13 : 16} strokeWidth={read ? 3 : 1.75} />
    </span>
  );
};
