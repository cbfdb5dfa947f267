import { useAtomValue } from 'jotai';
import { useEffect } from 'react';
import { useKith } from '../state/use-kith.ts';
import { documentTitle } from './document-title.ts';

export const useDocumentTitle = (place: string | null): void => {
  const unread = useAtomValue(useKith().unreadCountAtom);
  useEffect(() => {
    document.title = documentTitle(place, unread);
  }, [place, unread]);
};
