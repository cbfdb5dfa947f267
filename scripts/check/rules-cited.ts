/** Prose that no test cites will lie: every rule of SPEC.md has a test, every rule that a test cites exists. [GATE-3] */
import { type Finding, isTest, lineOf, type SourceFile } from './source-files.ts';

const RULE = /^- \*\*([A-Z][A-Z0-9]*-\d+)\*\* /gm;
/** A text that begins with ids in brackets: a test's title, written out or in a table of cases. */
const TITLE = /['"`]((?:\[[A-Z][A-Z0-9]*-\d+\]\s*)+)/g;
const ID = /[A-Z][A-Z0-9]*-\d+/g;

export const findUncitedRules = (spec: string, files: readonly SourceFile[]): Finding[] => {
  const rules = [...spec.matchAll(RULE)].map((match) => ({ id: match[1] ?? '', line: lineOf(spec, match.index) }));
  const known = new Set(rules.map(({ id }) => id));
  const cited = new Set<string>();
  const unknown: Finding[] = [];
  for (const { path, text } of files.filter((file) => isTest(file.path))) {
    for (const title of text.matchAll(TITLE)) {
      for (const [id] of (title[1] ?? '').matchAll(ID)) {
        cited.add(id);
        if (!known.has(id)) unknown.push({ path, line: lineOf(text, title.index), message: `${id} is not in SPEC.md` });
      }
    }
  }
  const twice = rules.filter(({ id }, index) => rules.findIndex((rule) => rule.id === id) !== index);
  return [
    ...rules.filter(({ id }) => !cited.has(id)).map(at('has no test that cites it')),
    ...twice.map(at('stands in SPEC.md twice')),
    ...unknown,
  ];
};

const at =
  (complaint: string) =>
  ({ id, line }: { readonly id: string; readonly line: number }): Finding => ({
    path: 'SPEC.md',
    line,
    message: `${id} ${complaint}`,
  });
