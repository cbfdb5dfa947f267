/** What a person says about the installation, checked before anything holds on to it. [DEP-2] */
import { domainToASCII } from 'node:url';

/**
 * @typedef {{ readonly ok: true, readonly value: string } | { readonly ok: false, readonly mistake: string }} Answer
 */

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NUMBERS = /^(?:[\d.]+|\[?[\da-f]*:[\da-f:.]*\]?)$/i;
/** Of what may stand before the @, the part that means nothing special in .env or Caddy's configuration. */
const MAILBOX = /^[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?$/i;

/** @param {string} mistake @returns {Answer} */
const refuse = (mistake) => ({ ok: false, mistake });

/** @param {string} name */
const isName = (name) =>
  name.length <= 253 && name.includes('.') && name.split('.').every((label) => LABEL.test(label));

/** In small ASCII letters, as certificates have it. @param {string} text @returns {Answer} */
export const parseDomain = (text) => {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  const said = JSON.stringify(text.trim());
  if (name === '') return refuse('The domain is missing: the name under which people will open Kith, or "localhost".');
  if (NUMBERS.test(name)) return refuse(`The domain must be a name, not an address in numbers such as ${said}.`);
  if (/[/:@]/.test(name)) {
    return refuse(`The domain is the name alone, without https://, port or path: chat.example.org, not ${said}.`);
  }
  const ascii = domainToASCII(name);
  if (ascii === 'localhost' || isName(ascii)) return { ok: true, value: ascii };
  return refuse(`The domain must be a full name such as chat.example.org, or "localhost", not ${said}.`);
};

/** @param {string} text @returns {Answer} */
export const parseMail = (text) => {
  const mail = text.trim();
  if (mail === '') return refuse('The mail address is missing: whoever issues certificates writes to it.');
  const [box = '', host = '', ...rest] = mail.split('@');
  if (rest.length === 0 && MAILBOX.test(box) && isName(domainToASCII(host))) {
    return { ok: true, value: `${box}@${domainToASCII(host)}` };
  }
  return refuse(`The mail address must be one such as admin@example.org, not ${JSON.stringify(mail)}.`);
};
