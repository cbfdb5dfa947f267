import { parseLinks } from './parse-links.ts';

/** Text of a message: text nodes and links, nothing else. */
export const LinkedText = ({ text }: { readonly text: string }) => (
  <>
    {parseLinks(text).map((part, index) =>
      part.type === 'text' ? (
        part.text
      ) : (
        <a
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
          key={index}
          href={part.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent underline decoration-1 underline-offset-2 [overflow-wrap:anywhere]"
        >
          {part.text}
        </a>
      ),
    )}
  </>
);
