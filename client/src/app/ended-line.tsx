import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { SignOutDialog } from '../ui/sign-out-dialog.tsx';

export interface EndedLineProps {
  readonly reason: WireErrorCode;
  readonly onSignIn: () => void;
}

/** The session ended elsewhere: what is here stays readable, and one can come back or clear it away. */
export const EndedLine = ({ reason, onSignIn }: EndedLineProps) => {
  const [clearing, setClearing] = useState(false);
  return (
    <>
      <div
        role="status"
        className="flex flex-wrap items-center justify-center gap-x-2 bg-notice-soft px-4 py-1 text-notice-ink text-small"
      >
        {WIRE_ERRORS[reason].sentence} Your messages are still here.
        <span className="flex">
          <Button look="quiet" className="px-3" onClick={onSignIn}>
            Sign in again
          </Button>
          <Button look="quiet" className="px-3" onClick={() => setClearing(true)}>
            Remove them
          </Button>
        </span>
      </div>
      {clearing && <SignOutDialog onClose={() => setClearing(false)} />}
    </>
  );
};
