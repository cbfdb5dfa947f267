import { useAtomValue, useSetAtom } from 'jotai';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { dismissToastAtom, type Toast, toastsAtom } from '../state/interface-atoms.ts';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';

const SHOWN_MS = 6_000;

/** Short word that something happened elsewhere. Errors stay until they are put away. */
export const ToastRegion = () => (
  <div
    role="status"
    aria-label="Notices"
    className="pointer-events-none fixed inset-x-0 bottom-24 z-20 flex flex-col items-center gap-2 px-4"
  >
    {useAtomValue(toastsAtom).map((toast) => (
      <ToastCard key={toast.id} toast={toast} />
    ))}
  </div>
);

const ToastCard = ({ toast }: { readonly toast: Toast }) => {
  const dismiss = useSetAtom(dismissToastAtom);
  useEffect(() => {
    if (toast.tone === 'error') return;
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast, dismiss]);
  return (
    <div
      className={classNames(
        'appear pointer-events-auto flex max-w-md items-center gap-2 rounded-xl py-1 pr-1 pl-4 shadow-raised',
        toast.tone === 'error' ? 'bg-danger-soft text-danger' : 'bg-raised text-ink',
      )}
    >
      <span className="grow py-2 text-small">{toast.text}</span>
      <IconButton icon={X} name="Dismiss" onClick={() => dismiss(toast.id)} />
    </div>
  );
};
