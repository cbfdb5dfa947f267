import { useAtom, useAtomValue } from 'jotai';
import { ChevronRight, MonitorSmartphone } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { PATHS } from '../../state/paths.ts';
import { THEMES, type Theme, type ThemeAtom } from '../../state/theme.ts';
import { useKith } from '../../state/use-kith.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { PaneHeader } from '../../ui/pane-header.tsx';
import { SignOutDialog } from '../../ui/sign-out-dialog.tsx';

export interface SettingsScreenProps {
  readonly themeAtom: ThemeAtom;
  readonly onBack: (() => void) | null;
}

export const SettingsScreen = ({ themeAtom, onBack }: SettingsScreenProps) => {
  const session = useAtomValue(useKith().sessionAtom);
  const [signingOut, setSigningOut] = useState(false);
  return (
    <>
      <PaneHeader title="Settings" onBack={onBack} />
      <div className="bottom-safe min-h-0 grow overflow-y-auto">
        <div className="mx-auto flex w-full max-w-xl flex-col gap-8 p-4">
          {session && (
            <Section title="Account">
              <div className="flex items-center gap-4">
                <Avatar id={session.account} name={session.name} size="large" />
                <div className="min-w-0">
                  <p className="truncate font-semibold text-title">
                    <bdi>{session.name}</bdi>
                  </p>
                  <p className="text-muted">@{session.handle}</p>
                </div>
              </div>
            </Section>
          )}
          <Section title="Look">
            <ThemeChoice themeAtom={themeAtom} />
          </Section>
          <Section title="Devices">
            <Link
              href={PATHS.devices}
              className="-mx-2 flex min-h-12 items-center gap-3 rounded-xl px-2 hover:bg-sunken"
            >
              <MonitorSmartphone aria-hidden="true" size={20} strokeWidth={1.5} className="text-muted" />
              <span className="grow">Where you are signed in</span>
              <ChevronRight aria-hidden="true" size={18} className="text-muted" />
            </Link>
            <div>
              <Button look="quiet-danger" className="-ml-4" onClick={() => setSigningOut(true)}>
                Sign out of this device
              </Button>
            </div>
          </Section>
          <Section title="About">
            <p className="text-muted">
              Kith keeps your conversations on your own devices. This server, {window.location.host}, checks, orders and
              passes on what you write; messages are not yet hidden from whoever runs it.
            </p>
          </Section>
        </div>
      </div>
      {signingOut && <SignOutDialog onClose={() => setSigningOut(false)} />}
    </>
  );
};

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="flex flex-col gap-3">
    <h2 className="font-medium text-muted text-small">{title}</h2>
    {children}
  </section>
);

const THEME_NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

const ThemeChoice = ({ themeAtom }: { readonly themeAtom: ThemeAtom }) => {
  const [chosen, choose] = useAtom(themeAtom);
  return (
    <fieldset className="flex rounded-xl bg-sunken p-1">
      <legend className="sr-only">Light or dark</legend>
      {THEMES.map((theme) => (
        <label
          key={theme}
          className="flex min-h-11 grow cursor-pointer items-center justify-center rounded-lg px-3 has-checked:bg-canvas has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="theme"
            checked={theme === chosen}
            onChange={() => choose(theme)}
            className="sr-only"
          />
          {THEME_NAMES[theme]}
        </label>
      ))}
    </fieldset>
  );
};
