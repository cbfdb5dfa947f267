import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

const TONES = {
  error: { icon: CircleAlert, look: 'bg-danger-soft text-danger', role: 'alert' },
  notice: { icon: TriangleAlert, look: 'bg-notice-soft text-notice-ink', role: 'status' },
  neutral: { icon: Info, look: 'bg-sunken text-muted', role: 'status' },
} as const;

export const Banner = ({ tone, children }: { readonly tone: keyof typeof TONES; readonly children: ReactNode }) => {
  const { icon: Icon, look, role } = TONES[tone];
  return (
    <div role={role} className={classNames('flex items-start gap-2 rounded-xl px-3 py-2.5 text-small', look)}>
      <Icon aria-hidden="true" size={16} className="mt-px shrink-0" />
      <div className="min-w-0 grow">{children}</div>
    </div>
  );
};
