import { Wordmark } from '../ui/wordmark.tsx';

/** Browsers give neither passkeys nor cryptography to plain http: nothing of Kith would work, so it says how to mend it. */
export const InsecureNotice = () => (
  <main className="flex h-full overflow-y-auto p-6">
    <div className="m-auto flex max-w-md flex-col gap-4">
      <Wordmark />
      <h1 className="font-semibold text-large">This address is not secure</h1>
      <p>
        At {window.location.origin} the browser switches off what Kith is built on: passkeys, encryption, and reading
        offline. Nothing was lost; open Kith by another address.
      </p>
      <ul className="flex list-disc flex-col gap-2 pl-5">
        <li>On the machine that runs it, open http://localhost:{window.location.port || '80'}.</li>
        <li>
          From other machines it needs an https address. The handbook says how to get one: a domain name and a proxy
          such as Caddy, which fetches a certificate by itself.
        </li>
      </ul>
    </div>
  </main>
);
