import { useAtomValue } from 'jotai';
import { announcementAtom } from '../state/interface-atoms.ts';

/** Reads out what came in to those who do not see it. */
export const LiveRegion = () => {
  const { id, text } = useAtomValue(announcementAtom);
  return (
    <div role="status" aria-live="polite" aria-label="New messages" className="sr-only">
      <span key={id}>{text}</span>
    </div>
  );
};
