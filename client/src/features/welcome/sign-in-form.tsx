import { LIMITS } from '@kith/schema/limits';
import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { hasPasskeys, signInWithPasskey } from './passkey.ts';
import { useAttempt } from './use-attempt.ts';
import { usePage } from './use-page.ts';
import { usePasskeyAutofill } from './use-passkey-autofill.ts';

export const SignInForm = () => {
  const engine = useEngine();
  const page = usePage();
  const attempt = useAttempt();
  const endAutofill = usePasskeyAutofill(page);
  const [handle, setHandle] = useState('');
  const [password, setPassword] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (attempt.busy) return;
    if (handle.trim() === '' || password === '') return attempt.fail('Please fill in handle and password.');
    endAutofill();
    attempt.run(() => engine.signInWithPassword({ handle, password, deviceName: page.deviceName }));
  };
  const handlePasskey = () => {
    endAutofill();
    const { signal } = new AbortController();
    attempt.run(() => signInWithPasskey({ engine, page }, { mediation: 'optional', signal }));
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {hasPasskeys(page) && (
        <>
          <Button look="primary" busy={attempt.busy} onClick={handlePasskey}>
            <KeyRound aria-hidden="true" size={18} /> Sign in with a passkey
          </Button>
          <p className="text-center text-muted text-small">or with your handle and password</p>
        </>
      )}
      <TextField
        label="Handle"
        prefix="@"
        value={handle}
        onChange={(event) => setHandle(event.target.value)}
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={LIMITS.handleLength.max + 1}
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        maxLength={LIMITS.passwordLength.max}
      />
      {attempt.error && <Banner tone="error">{attempt.error}</Banner>}
      <Button type="submit" busy={attempt.busy}>
        Sign in
      </Button>
    </form>
  );
};
