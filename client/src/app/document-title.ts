/** What the tab says: how much is unread, where one is. [UI-22] */
const MOST = 99;

export const documentTitle = (place: string | null, unread: number): string => {
  const count = unread === 0 ? '' : `(${unread > MOST ? `${MOST}+` : unread}) `;
  return `${count}${place === null ? '' : `${place} · `}Kith`;
};
