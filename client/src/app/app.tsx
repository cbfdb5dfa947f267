import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { useAtomValue } from 'jotai';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { InvitationNotice } from '../features/join/invitation-notice.tsx';
import { WelcomeScreen } from '../features/welcome/welcome-screen.tsx';
import { type Place, parseInviteSecret, parsePlace } from '../state/paths.ts';
import type { ThemeAtom } from '../state/theme.ts';
import { useKith } from '../state/use-kith.ts';
import { Banner } from '../ui/banner.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { titleOf } from '../ui/title-of.ts';
import { ToastRegion } from '../ui/toast-region.tsx';
import { ConnectionLine } from './connection-line.tsx';
import { EndedLine } from './ended-line.tsx';
import { LiveRegion } from './live-region.tsx';
import { RefusalNotices } from './refusal-notices.tsx';
import { Shell } from './shell.tsx';
import { UpdateLine } from './update-line.tsx';
import { useDocumentTitle } from './use-document-title.ts';
import { useVisibleHeight } from './use-visible-height.ts';

export const App = ({ themeAtom }: { readonly themeAtom: ThemeAtom }) => {
  const session = useAtomValue(useKith().sessionAtom);
  const [path] = useLocation();
  const place = parsePlace(path);
  useVisibleHeight();
  return (
    <div className="top-safe pane-safe flex h-(--visible-height,100dvh) flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-30 focus:rounded-xl focus:bg-raised focus:p-3"
      >
        Skip to content
      </a>
      <UpdateLine />
      {session === undefined && <Skeleton rows={6} label="Loading" />}
      {session === null && <SignedOut place={place} />}
      {session && <SignedIn place={place} themeAtom={themeAtom} />}
      <ToastRegion />
      <LiveRegion />
    </div>
  );
};

const SignedIn = ({ place, themeAtom }: { readonly place: Place; readonly themeAtom: ThemeAtom }) => {
  const conversations = useAtomValue(useKith().conversationsAtom);
  const open = place.type === 'conversation' ? conversations?.find(({ id }) => id === place.id) : undefined;
  useDocumentTitle(open ? titleOf(open) : null);
  const ended = useAtomValue(useKith().statusAtom)?.ended ?? null;
  const [signingIn, setSigningIn] = useState(false);
  useEffect(() => {
    if (ended === null) setSigningIn(false);
  }, [ended]);
  if (ended !== null && signingIn) return <SignedOut place={place} />;
  return (
    <>
      <ConnectionLine />
      {ended !== null && <EndedLine reason={ended} onSignIn={() => setSigningIn(true)} />}
      <RefusalNotices />
      <Shell place={place} themeAtom={themeAtom} />
    </>
  );
};

const SignedOut = ({ place }: { readonly place: Place }) => {
  const ended = useAtomValue(useKith().statusAtom)?.ended ?? null;
  useDocumentTitle(null);
  const secret = place.type === 'join' ? parseInviteSecret(window.location.hash) : null;
  return (
    <div className="min-h-0 grow">
      <WelcomeScreen
        first={ended === null ? 'sign-up' : 'sign-in'}
        notice={
          <>
            {ended && <Banner tone="notice">{WIRE_ERRORS[ended].sentence}</Banner>}
            {place.type === 'join' && <InvitationNotice invite={place.id} secret={secret} />}
          </>
        }
      />
    </div>
  );
};
