import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';

interface ErrorBoundaryState {
  readonly error: Error | null;
}

/** The way out when a screen breaks: messages are in the store and outbox, not in the screen. React asks for a class. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className="flex h-full overflow-y-auto p-6">
        <div role="alert" className="m-auto flex max-w-md flex-col gap-4">
          <h1 className="font-semibold text-large">This screen broke</h1>
          <p>
            That is a mistake in Kith, not yours. Your messages are safe on this device. Loading it anew usually helps.
          </p>
          <div className="flex flex-wrap gap-2">
            <Button look="primary" onClick={() => window.location.reload()}>
              Load anew
            </Button>
            <Button onClick={() => window.location.assign('/')}>To the conversations</Button>
          </div>
          <details className="text-muted text-small">
            <summary className="min-h-11 content-center">What to tell whoever runs this server</summary>
            <pre className="overflow-x-auto whitespace-pre-wrap rounded-xl bg-sunken p-3 font-mono">
              {error.stack ?? error.message}
            </pre>
          </details>
        </div>
      </main>
    );
  }
}
