import { Copy } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useCopy } from '../../ui/use-copy.ts';

/** Importing runs where there is room for it: on a computer, with the tool that comes with Kith. */
export const ImportDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const copy = useCopy();
  const command = `npm run import -- --server ${window.location.origin} --profile ./profile --file messages.jsonl.gz --title "Old messages"`;
  return (
    <Dialog
      title="Import messages"
      onClose={onClose}
      actions={
        <Button look="primary" onClick={() => void copy(command)}>
          <Copy aria-hidden="true" size={18} /> Copy command
        </Button>
      }
    >
      <p>
        Messages from another messenger keep their authors and times. On a computer with Kith's folder, run this with
        your own file:
      </p>
      <code className="block select-all rounded-xl bg-sunken p-3 font-mono text-small [overflow-wrap:anywhere]">
        {command}
      </code>
      <p className="text-muted">It may be stopped and started again: nothing comes in twice.</p>
    </Dialog>
  );
};
