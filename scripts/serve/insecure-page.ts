/**
 * The page at a plain-http address that is not localhost. There is no "continue anyway": without WebCrypto the app
 * cannot hold a single key there. [RUN-7]
 */
import { createHash } from 'node:crypto';
import { isLocalhost } from './public-address.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.25rem;color-scheme:light dark}' +
  'h1{font-size:1.5rem;line-height:1.25}code{font-size:.95em}li{margin:.25rem 0}';

/** Replaces `style-src 'self'` on this one page, which carries its style inside. */
export const INSECURE_PAGE_STYLE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** `publicUrl` is the configured one, which needs no escaping: `URL` encoded it. */
export const insecurePage = (publicUrl: URL, port: number): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kith needs a secure address</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Kith cannot work at this address</h1>
<p>This page came over plain http. Outside of this machine's own <code>localhost</code>, browsers then switch off:</p>
<ul>
<li>the keys that sign and protect what you write,</li>
<li>passkeys, so nobody can sign in with one,</li>
<li>offline use and installing Kith as an app,</li>
<li>notifications.</li>
</ul>
${whereTo(publicUrl, port)}
</main>
</body>
</html>
`;

const whereTo = (publicUrl: URL, port: number): string =>
  publicUrl.protocol === 'https:' && !isLocalhost(publicUrl.host)
    ? `<h2>Open it here instead</h2><p><a href="${publicUrl.origin}">${publicUrl.origin}</a></p>`
    : `<h2>If you run this server</h2>
<ul>
<li>On the machine itself, open <code>http://localhost:${port}</code>.</li>
<li>From another one, to try it: <code>ssh -L ${port}:localhost:${port} your-server</code>, then open <code>http://localhost:${port}</code> there.</li>
<li>For good: put a TLS proxy in front, such as Caddy (<code>caddy reverse-proxy --from chat.example.org --to localhost:${port}</code>),
and start Kith with <code>PUBLIC_URL=https://chat.example.org</code>. Choose the name with care: moving later costs people their passkeys.</li>
</ul>
<p>The handbook has it step by step: <code>docs/handbook/run-it.md</code>.</p>`;
