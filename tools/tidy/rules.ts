import { type Rule } from './repository.js';
import { alertsHaveRunbooks } from './rules/alerts.js';
import { bannedText } from './rules/banned-text.js';
import { fileNames, indexOpening, libReadme, oneManifest, projectTags } from './rules/project-shape.js';
import { unreferencedPages, unreferencedSources } from './rules/references.js';
import { fileSizes, outsidePaths, privateKeys } from './rules/safe-files.js';
import { subjectsInCatalogue, subjectsInProtos } from './rules/subjects.js';
import { narrowedTests, sleepingTests } from './rules/tests.js';

/** Our conventions, each under the sentence that the test bears. */
export const RULES: ReadonlyArray<readonly [string, Rule]> = [
  ['nothing that has a better replacement', bannedText],
  ['one type and one scope a project', projectTags],
  ['third-party packages in the root manifest only', oneManifest],
  ['a README under 60 lines in every lib', libReadme],
  ['an index that says what its lib is for', indexOpening],
  ['file names in kebab-case', fileNames],
  ['no file over 200 kB', fileSizes],
  ['no private key', privateKeys],
  ['no path outside the project', outsidePaths],
  ['no narrowed tests', narrowedTests],
  ['no sleeping tests', sleepingTests],
  ['every subject in a proto comment', subjectsInProtos],
  ['no subject outside the catalogue', subjectsInCatalogue],
  ['no source that nothing refers to', unreferencedSources],
  ['no page that nothing links', unreferencedPages],
  ['a runbook and a test for every alert', alertsHaveRunbooks],
];
