/** Asks for domain and mail address, takes them from arguments where they are given, and writes .env. [DEP-2] [DEP-3] */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDomain, parseMail } from './answers.mjs';
import { readEnv, replaceFile, writeEnv } from './env-file.mjs';

/**
 * @typedef {object} SetupDeps
 * @property {string} file where .env is or will be
 * @property {((question: string) => Promise<string>) | null} ask null where nobody sits
 * @property {(line: string) => void} print
 * @property {(line: string) => void} complain
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} random
 */

const USAGE = 'npm run setup -- --domain chat.example.org --mail admin@example.org';
/** As in sysexits.h. */
const EXIT_USAGE = 64;

const QUESTIONS = [
  { option: 'domain', name: 'KITH_DOMAIN', parse: parseDomain, text: 'Domain under which people open Kith' },
  { option: 'mail', name: 'KITH_MAIL', parse: parseMail, text: 'Mail address for whoever issues the certificates' },
];

/**
 * @param {readonly string[]} args
 * @param {SetupDeps} deps
 * @returns {Promise<number>} the exit code
 */
export const runSetup = async (args, deps) => {
  const text = readIfThere(deps.file);
  const present = readEnv(text);
  const given = readOptions(args);
  const mistakes = typeof given === 'string' ? [given] : checkGiven(given, deps.ask === null);
  if (typeof given === 'string' || mistakes.length > 0) {
    for (const line of [...mistakes, '', USAGE]) deps.complain(line);
    return EXIT_USAGE;
  }
  const [domain = '', mail = ''] = await answersTo(given, present, deps);
  replaceFile(deps.file, writeEnv(text, { domain, mail }, deps.random));
  for (const line of nextSteps(present.get('KITH_DOMAIN'), domain)) deps.print(line);
  return 0;
};

/** @param {string} file */
const readIfThere = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return '';
    throw error;
  }
};

/** @param {readonly string[]} args @returns {Readonly<Record<string, string | undefined>> | string} */
const readOptions = (args) => {
  try {
    return parseArgs({ args: [...args], options: { domain: { type: 'string' }, mail: { type: 'string' } } }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // an unknown option: named as it is
  }
};

/**
 * Every mistake at once. What is missing is one only where nobody can be asked.
 *
 * @param {Readonly<Record<string, string | undefined>>} given
 * @param {boolean} isAlone
 */
const checkGiven = (given, isAlone) =>
  QUESTIONS.flatMap(({ option, parse }) => {
    const text = given[option];
    if (text === undefined && !isAlone) return [];
    const answer = parse(text ?? '');
    return answer.ok ? [] : [`--${option}: ${answer.mistake}`];
  });

/**
 * @param {Readonly<Record<string, string | undefined>>} given
 * @param {ReadonlyMap<string, string>} present
 * @param {SetupDeps} deps
 */
const answersTo = async (given, present, { ask, print }) => {
  const answers = [];
  for (const { option, name, parse, text } of QUESTIONS) {
    const before = present.get(name) ?? '';
    let answer = parse(given[option] ?? '');
    while (!answer.ok && ask !== null) {
      const said = await ask(before === '' ? `${text}: ` : `${text} [${before}]: `);
      answer = parse(said.trim() === '' ? before : said);
      if (!answer.ok) print(answer.mistake);
    }
    answers.push(answer.ok ? answer.value : '');
  }
  return answers;
};

/** @param {string | undefined} before @param {string} domain */
const nextSteps = (before, domain) => [
  ...(before !== undefined && before !== '' && before !== domain
    ? [`People who signed up at ${before} have to sign up anew at ${domain}: passkeys and devices hold on to the name.`]
    : []),
  domain === 'localhost'
    ? '.env is written. Browsers trust this installation after you made them: docs/handbook/compose.md, "On localhost".'
    : `.env is written. Let ${domain} point to this machine, and let ports 80 and 443 reach it.`,
  `Then: docker compose up --detach --wait, and open https://${domain}.`,
];
