import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Wordmark } from '../../ui/wordmark.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';

export interface WelcomeScreenProps {
  readonly first: 'sign-up' | 'sign-in';
  readonly notice?: ReactNode;
}

/** The first minute: a name, a passkey, done. `notice` says why one is here, or what one was invited to. */
export const WelcomeScreen = ({ first, notice }: WelcomeScreenProps) => {
  const [form, setForm] = useState(first);
  const signUp = form === 'sign-up';
  return (
    <main id="main" className="flex h-full overflow-y-auto bg-side p-4">
      <div className="m-auto flex w-full max-w-sm flex-col gap-6 py-6">
        <div className="flex flex-col items-center gap-3 text-center">
          <Wordmark />
          <h1 className="font-semibold text-large">{signUp ? 'Welcome to Kith' : 'Welcome back'}</h1>
          <p className="text-muted">Your conversations live on your own devices, online or not.</p>
        </div>
        {notice}
        <div className="rounded-2xl border border-line bg-raised p-5">{signUp ? <SignUpForm /> : <SignInForm />}</div>
        <p className="flex flex-wrap items-center justify-center text-muted">
          {signUp ? 'You have an account?' : 'You are new here?'}
          <Button look="quiet" className="px-2" onClick={() => setForm(signUp ? 'sign-in' : 'sign-up')}>
            {signUp ? 'Sign in' : 'Create an account'}
          </Button>
        </p>
      </div>
    </main>
  );
};
