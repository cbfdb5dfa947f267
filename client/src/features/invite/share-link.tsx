import { Copy, Share2 } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { InviteLink } from '../../engine/engine-api.ts';
import { formatInviteUrl } from '../../state/paths.ts';
import { Button } from '../../ui/button.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useToastErrors } from '../../ui/use-toast-errors.ts';

const QrCode = lazy(() => import('../../ui/qr-code.tsx').then(({ QrCode }) => ({ default: QrCode })));

/** A link as text to copy, as a code to point a camera at, and by the system's own sharing where it has one. */
export const ShareLink = ({ link }: { readonly link: InviteLink }) => {
  const copy = useCopy();
  const toastErrors = useToastErrors();
  const url = formatInviteUrl(window.location.origin, link);
  const share = async () => {
    try {
      await navigator.share({ title: 'Kith', text: 'Join me on Kith', url });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error; // put away by the person
    }
  };
  return (
    <>
      <Suspense fallback={<div className="mx-auto size-56" />}>
        <QrCode text={url} label="QR code of the invitation link" />
      </Suspense>
      <input
        readOnly
        aria-label="Invitation link"
        value={url}
        onFocus={(event) => event.target.select()}
        className="min-h-11 w-full rounded-xl bg-sunken px-3 font-mono text-small"
      />
      <div className="flex gap-2">
        <Button look="primary" className="grow" onClick={() => void copy(url)}>
          <Copy aria-hidden="true" size={18} /> Copy link
        </Button>
        {typeof navigator.share === 'function' && (
          <Button className="grow" onClick={() => toastErrors(share())}>
            <Share2 aria-hidden="true" size={18} /> Share
          </Button>
        )}
      </div>
    </>
  );
};
