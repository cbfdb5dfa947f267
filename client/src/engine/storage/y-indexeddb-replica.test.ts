import 'fake-indexeddb/auto';
import { describeReplica } from './test/y-indexeddb-replica-rules.ts';

describeReplica('under fake-indexeddb');
