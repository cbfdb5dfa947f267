import { hlcToMs } from '@kith/schema/hlc';
import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import type { TimelineItem } from '../../engine/views.ts';
import { useKith } from '../../state/use-kith.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { refusalSentence } from '../../ui/error-sentence.ts';
import { Tick } from '../../ui/tick.tsx';
import { TICK_NAMES } from '../../ui/tick-names.ts';
import { useTimeFormat } from '../../ui/time-context.ts';
import { useCopy } from '../../ui/use-copy.ts';
import { saidAt } from './timeline-rows.ts';

export interface MessageDetailsProps {
  readonly conversation: ConversationId;
  readonly item: TimelineItem;
  readonly onClose: () => void;
}

/** What a tick stands for: on which devices, read by whom, since when. */
export const MessageDetails = ({ conversation, item, onClose }: MessageDetailsProps) => {
  const copy = useCopy();
  const format = useTimeFormat();
  const { message, own, tick, refused, author } = item;
  const imported = message.state === 'shown' && message.imported !== null;
  const text = message.state === 'shown' ? message.text : null;
  return (
    <Dialog
      title="Message"
      onClose={onClose}
      actions={
        text !== null && (
          <Button onClick={() => void copy(text)}>
            <Copy aria-hidden="true" size={18} /> Copy text
          </Button>
        )
      }
    >
      <dl className="flex flex-col gap-3">
        <Fact name="From">
          <bdi>{own && !imported ? 'You' : author}</bdi>
        </Fact>
        <Fact name={imported ? 'Said' : 'Written'}>{format.full(saidAt(message))}</Fact>
        {imported && <Fact name="Imported">{own ? 'by you' : 'by a member'} from another messenger</Fact>}
        {message.state === 'shown' && message.editedAt !== null && (
          <Fact name="Edited">{format.full(hlcToMs(message.editedAt))}</Fact>
        )}
        {refused && <Fact name="State">{refusalSentence(refused)}</Fact>}
        {tick && !refused && (
          <Fact name="State">
            <span className="inline-flex items-center gap-1.5">
              <Tick tick={tick} /> {TICK_NAMES[tick]}
            </span>
            {tick === 'pending' && (
              <span className="block text-muted text-small">
                Only on this device so far. It goes out by itself when the server can be reached.
              </span>
            )}
          </Fact>
        )}
      </dl>
      {own && !imported && tick !== 'pending' && <Evidence conversation={conversation} item={item} />}
    </Dialog>
  );
};

const Evidence = ({ conversation, item }: { readonly conversation: ConversationId; readonly item: TimelineItem }) => {
  const evidence = useAtomValue(useKith().evidence(conversation, item.message.eventId));
  const format = useTimeFormat();
  if (evidence === undefined) return null;
  return (
    <>
      {evidence.read.length > 0 && (
        <section>
          <h3 className="font-medium text-muted text-small">Read by</h3>
          <ul aria-label="Read by">
            {evidence.read.map(({ account, name, at }) => (
              <EvidenceRow key={account} name={name} at={format.full(at)} />
            ))}
          </ul>
        </section>
      )}
      {evidence.delivered.length > 0 && (
        <section>
          <h3 className="font-medium text-muted text-small">On these devices</h3>
          <ul aria-label="On these devices">
            {evidence.delivered.map(({ device, name, deviceName, at }) => (
              <EvidenceRow key={device} name={`${name}, ${deviceName}`} at={format.full(at)} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
};

const EvidenceRow = ({ name, at }: { readonly name: string; readonly at: string }) => (
  <li className="flex flex-wrap justify-between gap-x-3 py-1">
    <bdi className="font-medium">{name}</bdi>
    <span className="text-muted text-small">{at}</span>
  </li>
);

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt className="text-muted text-small">{name}</dt>
    <dd>{children}</dd>
  </div>
);
