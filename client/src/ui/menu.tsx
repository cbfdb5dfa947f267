import { EllipsisVertical, type LucideIcon } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';

export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  /** Set on items of which one is chosen. */
  readonly checked?: boolean;
  readonly danger?: boolean;
}

/** A button that opens a list of actions: arrow keys move, Enter chooses, Escape closes, focus returns. */
export const Menu = ({ name, items }: { readonly name: string; readonly items: readonly MenuItem[] }) => {
  const id = useId();
  const [open, setOpen] = useState(false);
  const buttonRef = useRef<HTMLButtonElement>(null);
  const menuRef = useRef<HTMLDivElement>(null);

  const place = (isOpen: boolean) => {
    setOpen(isOpen);
    const [button, menu] = [buttonRef.current, menuRef.current];
    if (!isOpen || button === null || menu === null) return;
    const box = button.getBoundingClientRect();
    const below = box.bottom + menu.offsetHeight + 8 < window.innerHeight;
    menu.style.top = `${below ? box.bottom + 4 : box.top - menu.offsetHeight - 4}px`;
    menu.style.left = `${Math.max(8, box.right - menu.offsetWidth)}px`;
    menu.querySelector<HTMLElement>('button')?.focus();
  };
  const move = (event: KeyboardEvent) => {
    const buttons = [...(menuRef.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Tab') menuRef.current?.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  };

  return (
    <>
      <IconButton
        ref={buttonRef}
        icon={EllipsisVertical}
        name={name}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
      />
      <div
        id={id}
        ref={menuRef}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={name}
        onToggle={(event) => place(event.newState === 'open')}
        onKeyDown={move}
        className="fixed inset-auto m-0 min-w-48 rounded-xl border border-line bg-raised p-1 text-ink shadow-raised"
      >
        {items.map(({ label, icon: Icon, onSelect, checked, danger }) => (
          <button
            key={label}
            type="button"
            {...(checked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': checked })}
            tabIndex={-1}
            onClick={() => {
              menuRef.current?.hidePopover();
              onSelect();
            }}
            className={classNames(
              'flex min-h-11 w-full items-center gap-3 rounded-lg px-3 text-left hover:bg-sunken',
              danger && 'text-danger',
              checked && 'font-semibold',
            )}
          >
            {Icon && <Icon aria-hidden="true" size={18} strokeWidth={1.75} />}
            <span className="grow">{label}</span>
            {checked && <span aria-hidden="true">✓</span>}
          </button>
        ))}
      </div>
    </>
  );
};
