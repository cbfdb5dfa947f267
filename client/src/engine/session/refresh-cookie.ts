/** The refresh cookie where no browser keeps it: read from answers, kept in the session row, sent as it came. */
const NAMES = ['__Host-kith-refresh', 'kith-refresh'];

/** `name=value`, ready to be sent back; null when the answer sets none. */
export const readRefreshCookie = (headers: Headers): string | null => {
  for (const line of headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split('=');
    if (NAMES.includes(name.trim()) && value !== '') return `${name.trim()}=${value}`;
  }
  return null;
};
