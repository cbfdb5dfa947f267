import { Monitor, Smartphone } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { DeviceInfo } from '../../engine/engine-api.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { PaneHeader } from '../../ui/pane-header.tsx';
import { SignOutDialog } from '../../ui/sign-out-dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useTimeFormat } from '../../ui/time-context.ts';

/** Where this account is signed in. The list is the server's. */
export const DevicesScreen = ({ onBack }: { readonly onBack: () => void }) => {
  const engine = useEngine();
  const [devices, setDevices] = useState<readonly DeviceInfo[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [ending, setEnding] = useState<DeviceInfo | null>(null);

  const read = useCallback(() => {
    setError(null);
    engine.devices().then(setDevices, (cause: unknown) => setError(errorSentence(cause)));
  }, [engine]);
  useEffect(read, [read]);

  return (
    <>
      <PaneHeader title="Devices" onBack={onBack} />
      <div className="bottom-safe min-h-0 grow overflow-y-auto">
        <div className="mx-auto flex w-full max-w-xl flex-col gap-4 p-4">
          <p className="text-muted">
            Each browser that you signed in with is a device with its own copy of your messages. Sign out of one that
            you no longer use or do not know.
          </p>
          {error && (
            <>
              <Banner tone="error">{error}</Banner>
              <Button onClick={read}>Try again</Button>
            </>
          )}
          {devices === null && !error && <Skeleton rows={2} label="Loading devices" />}
          <ul aria-label="Devices" className="flex flex-col">
            {(devices ?? []).map((device) => (
              <DeviceRow key={device.device} device={device} onEnd={() => setEnding(device)} />
            ))}
          </ul>
        </div>
      </div>
      {ending?.current && <SignOutDialog onClose={() => setEnding(null)} />}
      {ending && !ending.current && (
        <ConfirmDialog
          title="Sign out of this device?"
          confirm="Sign out"
          onConfirm={() => engine.endDevice(ending.device).then(read)}
          onClose={() => setEnding(null)}
        >
          <p>
            <bdi className="font-medium">{ending.name}</bdi> is signed out and gets nothing new. Messages written there
            that have not gone out yet are lost.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};

const DeviceRow = ({ device, onEnd }: { readonly device: DeviceInfo; readonly onEnd: () => void }) => {
  const format = useTimeFormat();
  const Icon = /iPhone|Android/.test(device.name) ? Smartphone : Monitor;
  return (
    <li className="flex min-h-16 items-center gap-3 border-line border-b last:border-none">
      <Icon aria-hidden="true" size={22} strokeWidth={1.5} className="shrink-0 text-muted" />
      <span className="flex min-w-0 grow flex-col">
        <bdi className="truncate font-medium">{device.name}</bdi>
        <span className="text-muted text-small">
          {device.current ? 'This device' : `Last seen ${format.full(device.lastSeenAt)}`}
        </span>
      </span>
      <Button look="quiet-danger" className="shrink-0 px-3" aria-label={`Sign out of ${device.name}`} onClick={onEnd}>
        Sign out
      </Button>
    </li>
  );
};
