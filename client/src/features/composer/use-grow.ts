import { type RefObject, useLayoutEffect } from 'react';

/**
 * Gives a text area the height of its text; its own style bounds it. In a still picture of the page, where no effect runs,
 * `field-sizing` does the same in the browsers that know it.
 */
export const useGrow = (ref: RefObject<HTMLTextAreaElement | null>, text: string): void => {
  useLayoutEffect(() => {
    const area = ref.current;
    if (area === null) return;
    area.style.height = 'auto';
    // An empty one has its height from its style: the first frame is not laid out twice to learn it.
    if (text !== '') area.style.height = `${area.scrollHeight}px`;
  }, [ref, text]);
};
