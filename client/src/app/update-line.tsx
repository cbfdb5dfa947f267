import { useAtomValue } from 'jotai';
import { applyUpdateAtom } from '../state/interface-atoms.ts';
import { Button } from '../ui/button.tsx';

/** A newer version waits until the person says so: nothing reloads under their hands. */
export const UpdateLine = () => {
  const apply = useAtomValue(applyUpdateAtom);
  if (apply === null) return null;
  return (
    <div role="status" className="flex items-center justify-center gap-2 bg-accent-soft px-4 text-small">
      A new version of Kith is ready.
      <Button look="quiet" className="px-3" onClick={apply}>
        Update now
      </Button>
    </div>
  );
};
