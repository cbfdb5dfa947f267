/** Light or dark: the system's choice unless the person made one here. Kept on this device only. [UI-4] */
import { atom, type WritableAtom } from 'jotai';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'kith.theme';

export interface ThemeKeeper {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Shows the choice: `null` leaves it to the system. */
  readonly show: (theme: 'light' | 'dark' | null) => void;
}

export type ThemeAtom = WritableAtom<Theme, [Theme], void>;

/** Shows what was chosen before; anything unreadable counts as no choice. */
export const createThemeAtom = ({ storage, show }: ThemeKeeper): ThemeAtom => {
  const showTheme = (theme: Theme) => show(theme === 'system' ? null : theme);
  const initial = readTheme(storage);
  showTheme(initial);
  const chosenAtom = atom<Theme>(initial);
  return atom(
    (get) => get(chosenAtom),
    (_get, set, theme) => {
      set(chosenAtom, theme);
      showTheme(theme);
      writeTheme(storage, theme);
    },
  );
};

const readTheme = (storage: ThemeKeeper['storage']): Theme => {
  try {
    const kept = storage.getItem(KEY);
    return THEMES.find((theme) => theme === kept) ?? 'system';
  } catch {
    return 'system'; // storage is switched off: the system's choice is a good one
  }
};

const writeTheme = (storage: ThemeKeeper['storage'], theme: Theme): void => {
  try {
    if (theme === 'system') storage.removeItem(KEY);
    else storage.setItem(KEY, theme);
  } catch {
    // storage is switched off: the choice holds until the page is left, and the person sees that it does
  }
};
