import { HandleSchema, NameSchema } from '@kith/schema/handle';
import { LIMITS } from '@kith/schema/limits';
import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import * as v from 'valibot';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { hasPasskeys, signUpWithPasskey } from './passkey.ts';
import { suggestHandle } from './suggest-handle.ts';
import { useAttempt } from './use-attempt.ts';
import { usePage } from './use-page.ts';

/** A name, the handle that it suggests, and a passkey or a password. */
export const SignUpForm = () => {
  const engine = useEngine();
  const page = usePage();
  const passkeys = hasPasskeys(page);
  const attempt = useAttempt();
  const [name, setName] = useState('');
  const [ownHandle, setOwnHandle] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [withPassword, setWithPassword] = useState(!passkeys);
  const handle = ownHandle ?? suggestHandle(name);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (attempt.busy) return;
    const fault = firstFault(name, handle, withPassword ? password : null);
    if (fault !== null) return attempt.fail(fault);
    const person = { name: v.parse(NameSchema, name), handle: v.parse(HandleSchema, handle) };
    attempt.run(() =>
      withPassword
        ? engine.signUpWithPassword({ ...person, password, deviceName: page.deviceName })
        : signUpWithPasskey({ engine, page }, person),
    );
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <TextField
        label="Your name"
        hint="What others see. You can use any name."
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="name"
        maxLength={LIMITS.nameLength}
        autoFocus
      />
      <TextField
        label="Handle"
        hint="How people find you on this server. Small letters, digits, dots."
        prefix="@"
        value={handle}
        onChange={(event) => setOwnHandle(event.target.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={LIMITS.handleLength.max}
      />
      {withPassword && (
        <TextField
          label="Password"
          hint={`At least ${LIMITS.passwordLength.min} characters. A few words in a row are easy to remember.`}
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="new-password"
          maxLength={LIMITS.passwordLength.max}
        />
      )}
      {attempt.error && <Banner tone="error">{attempt.error}</Banner>}
      <Button type="submit" look="primary" busy={attempt.busy}>
        {withPassword ? (
          'Create account'
        ) : (
          <>
            <KeyRound aria-hidden="true" size={18} /> Create passkey
          </>
        )}
      </Button>
      {passkeys ? (
        <Button look="quiet" onClick={() => setWithPassword(!withPassword)}>
          {withPassword ? 'Use a passkey instead' : 'Use a password instead'}
        </Button>
      ) : (
        <p className="text-muted text-small">This browser has no passkeys at this address, so a password it is.</p>
      )}
      {!withPassword && (
        <p className="text-center text-muted text-small">
          A passkey is kept by your device and unlocked by your finger, face or PIN. There is nothing to remember.
        </p>
      )}
    </form>
  );
};

/** Null when the server would take it; `password` null where none is asked for. */
const firstFault = (name: string, handle: string, password: string | null): string | null => {
  if (!v.is(NameSchema, name)) return 'Please choose a name first.';
  if (!v.is(HandleSchema, handle)) return WIRE_ERRORS['handle-invalid'].sentence;
  if (password !== null && password.length < LIMITS.passwordLength.min)
    return `A password has at least ${LIMITS.passwordLength.min} characters.`;
  return null;
};
