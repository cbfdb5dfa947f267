/** The browser's half of a passkey ceremony; the engine begins and finishes it with the server. */
import type { Engine, SessionInfo } from '../../engine/engine-api.ts';

/** What of the page is needed: passed in, so that nothing here reaches for globals. */
export interface PasskeyPage {
  readonly credentials: CredentialsContainer | undefined;
  readonly PublicKeyCredential: typeof PublicKeyCredential | undefined;
  readonly deviceName: string;
}

/** Old browsers, and pages without TLS, have none. */
export const hasPasskeys = (page: PasskeyPage): boolean =>
  page.credentials !== undefined && typeof page.PublicKeyCredential?.parseCreationOptionsFromJSON === 'function';

/** Whether the browser can offer passkeys in the autofill of the handle field. */
export const hasPasskeyAutofill = async (page: PasskeyPage): Promise<boolean> =>
  hasPasskeys(page) && (await page.PublicKeyCredential?.isConditionalMediationAvailable?.()) === true;

/** @throws DOMException from the browser, EngineError from the server. */
export const signUpWithPasskey = async (
  { engine, page }: { readonly engine: Engine; readonly page: PasskeyPage },
  person: { readonly handle: string; readonly name: string },
): Promise<SessionInfo> => {
  const { ceremony, options } = await engine.beginPasskeySignUp(person);
  const publicKey = api(page).parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = await page.credentials?.create({ publicKey });
  return engine.finishPasskey('sign-up', { ceremony, response: toResponse(credential), deviceName: page.deviceName });
};

/** `mediation: 'conditional'` waits, unseen, until the person picks a passkey from the autofill. */
export const signInWithPasskey = async (
  { engine, page }: { readonly engine: Engine; readonly page: PasskeyPage },
  how: { readonly mediation: CredentialMediationRequirement; readonly signal: AbortSignal },
): Promise<SessionInfo> => {
  const { ceremony, options } = await engine.beginPasskeySignIn();
  how.signal.throwIfAborted();
  const publicKey = api(page).parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
  const credential = await page.credentials?.get({ publicKey, ...how });
  return engine.finishPasskey('sign-in', { ceremony, response: toResponse(credential), deviceName: page.deviceName });
};

const api = (page: PasskeyPage): typeof PublicKeyCredential => {
  if (page.PublicKeyCredential === undefined) throw new DOMException('no passkeys here', 'NotSupportedError');
  return page.PublicKeyCredential;
};

const toResponse = (credential: Credential | null | undefined): Record<string, unknown> => {
  if (credential === null || credential === undefined) throw new DOMException('no passkey', 'NotAllowedError');
  return { ...(credential as PublicKeyCredential).toJSON() };
};
