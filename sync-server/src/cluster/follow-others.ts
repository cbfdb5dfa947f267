/** What this process does about what others of the same server did. [CLU-2] */
import { journalOfName } from '@kith/schema/doc-name';
import type { SharedPresence } from '../extensions/shared-presence.ts';
import type { Journals } from '../journal/journals.ts';
import type { Notices } from '../notices/notices.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { ConversationSegments } from '../segments/conversation-segments.ts';
import type { Cluster } from './cluster.ts';

interface Following {
  readonly cluster: Cluster;
  readonly presence: SharedPresence;
  readonly journals: Journals;
  readonly notices: Notices;
  readonly receipts: Receipts;
  readonly segments: ConversationSegments;
}

export const followOthers = ({ cluster, presence, journals, notices, receipts, segments }: Following): void =>
  cluster.follow({
    ...presence.followers,
    rows: ({ document, rows }) => {
      const journal = journalOfName(document);
      // null: nothing of it is in memory here
      const inUse = journal === null ? null : journals.find(journal);
      for (const row of rows) inUse?.hear(row);
    },
    notices: ({ conversation, notices: arrived }) => notices.pass(conversation, arrived),
    receipts: ({ receipts: news }) => receipts.pass(news),
    segments: ({ conversation }) => segments.readAgain(conversation),
  });
