/** Build step: the interface is loaded beside the entry, not after it has run: both are links in the page. */
import type { HtmlTagDescriptor, Plugin } from 'vite';

/** `module`: how the path of the module ends that begins the interface. */
export const preloadInterface = (module: string): Plugin => ({
  name: 'kith:preload-interface',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }) {
      const chunk = Object.values(bundle).find(
        (output) => output.type === 'chunk' && output.facadeModuleId?.endsWith(module) === true,
      );
      if (chunk?.type !== 'chunk') throw new Error(`the build has no chunk that begins with ${module}`);
      const files = [
        chunk.fileName,
        ...chunk.imports.filter((name) => bundle[name]?.type === 'chunk' && !isEntry(bundle[name])),
      ];
      return files.map(
        (file): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head',
        }),
      );
    },
  },
});

const isEntry = (output: { readonly type: string; readonly isEntry?: boolean }): boolean => output.isEntry === true;
