/**
 * The pages at addresses where the app cannot work. There is no "continue anyway": without WebCrypto it cannot hold a
 * single key, and under a name that the server was not told it cannot sign anybody in. [RUN-7]
 * What goes into the pages needs no escaping: `URL` encoded it, or `parseHostHeader` checked it.
 */
import { createHash } from 'node:crypto';
import { isLocalhost } from './public-address.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.25rem;color-scheme:light dark}' +
  'h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.125rem}code{font-size:.95em;overflow-wrap:anywhere}li{margin:.25rem 0}';

/** For `style-src`: these pages carry their style inside. */
export const NOTICE_STYLE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;

export const insecurePage = (publicUrl: URL, port: number): string =>
  page(
    'Kith cannot work at this address',
    `<p>This page came over plain http. Outside of this machine's own <code>localhost</code>, browsers then switch off:</p>
<ul>
<li>the keys that sign and protect what you write,</li>
<li>passkeys, so nobody can sign in with one,</li>
<li>offline use and installing Kith as an app,</li>
<li>notifications.</li>
</ul>
${publicUrl.protocol === 'https:' && !isLocalhost(publicUrl.host) ? openInstead(publicUrl) : howToGetTls(port)}`,
  );

export const otherAddressPage = (publicUrl: URL, host: string): string =>
  page(
    'This Kith has another address',
    `${openInstead(publicUrl)}
<h2>If you run this server</h2>
<p>It was started for <code>${publicUrl.origin}</code>, and people's passkeys and sessions hold on to that name. If people are to
open it here, start it with <code>PUBLIC_URL=${isLocalhost(host) ? 'http' : 'https'}://${host}</code>; moving it later costs
them their passkeys.</p>`,
  );

const openInstead = ({ origin }: URL): string => `<h2>Open it here instead</h2>
<p><a href="${origin}">${origin}</a></p>`;

const howToGetTls = (port: number): string => `<h2>If you run this server</h2>
<ul>
<li>On the machine itself, open <code>http://localhost:${port}</code>.</li>
<li>From another one, to try it: <code>ssh -L ${port}:localhost:${port} your-server</code>, then open
<code>http://localhost:${port}</code> there.</li>
<li>For good: put a TLS proxy in front, such as Caddy
(<code>caddy reverse-proxy --from chat.example.org --to localhost:${port}</code>), and start Kith with
<code>PUBLIC_URL=https://chat.example.org</code>. Choose the name with care: moving it later costs people their passkeys.</li>
</ul>
<p>The handbook has it step by step: <code>docs/handbook/run-it.md</code>.</p>`;
