/**
 * A passkey authenticator of the browser's own making (WebAuthn's virtual authenticator, by CDP). Chromium ties it to a
 * page, not to a profile: other pages of the same person, and a browser that was restarted, get its passkeys again.
 */
import type { Page } from '@playwright/test';

/** As CDP hands it out and takes it back. */
export interface Passkey {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly privateKey: string;
  readonly signCount: number;
  readonly rpId?: string;
  readonly userHandle?: string;
}

export interface Authenticator {
  passkeys(): Promise<readonly Passkey[]>;
  /** Whether the person confirms when asked; true at first. */
  setConfirms(confirms: boolean): Promise<void>;
}

export const createAuthenticator = async (page: Page, passkeys: readonly Passkey[] = []): Promise<Authenticator> => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  for (const credential of passkeys) await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  return {
    passkeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    setConfirms: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
};
