import type { ReactNode } from 'react';
import { StillContext } from '../ui/still-context.ts';
import { useOneColumn } from '../ui/use-media-query.ts';
import { Interface, type InterfaceProps } from './interface.tsx';

/**
 * The interface as it is before any effect has run, as HTML: to look at only, neither read out nor reached. Rejects when
 * it cannot be drawn. [PWA-6]
 */
export const drawStill = async (props: InterfaceProps): Promise<string> => {
  // For pages that stay a while; most of it is a second React.
  const { prerender } = await import('react-dom/static.browser');
  const { prelude } = await prerender(
    <Still>
      <Interface {...props} />
    </Still>,
    { onError: () => undefined }, // it rejects with it
  );
  return new Response(prelude).text();
};

/** In a page of the other layout it is not shown: an empty page is better than one that is wrong. */
const Still = ({ children }: { readonly children: ReactNode }) => (
  <div aria-hidden="true" inert className={useOneColumn() ? 'sm:hidden' : 'max-sm:hidden'}>
    <StillContext value={true}>{children}</StillContext>
  </div>
);
