/** What axe finds wrong on a page, one line each; empty is the goal. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

export const findAccessibilityProblems = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help} (${node.target.join(' ')})`));
};
