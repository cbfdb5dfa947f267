/** What the composition root decides once about the place where people reach this server. */
export interface AuthConfig {
  /** Exactly as browsers write it, e.g. `https://chat.example`. Moving it orphans every passkey. */
  readonly publicOrigin: string;
  /** WebAuthn relying party: the host of `publicOrigin` or a parent domain of it. */
  readonly rpId: string;
  /** Shown by browsers beside the passkey. */
  readonly serverName: string;
  /** False only where people reach the server over plain http at another address than localhost. */
  readonly secureCookies: boolean;
}
