import { type Finding, isScript, type Repository } from '../repository.js';

interface Ban {
  readonly found: RegExp;
  readonly use: string;
  /** Paths that may have it. */
  readonly except?: RegExp;
}

const OUTSIDE_THE_FLEET = /^(tools|bench)\/|\.(spec|cjs|mjs)(\.ts)?$|\.config\.mjs$/;

const BANS: readonly Ban[] = [
  {
    found: /\bDate\.now\(|new Date\(\)/,
    use: 'Clock from @argosy/domain',
    except: /^libs\/platform\/runtime\/|^apps\/fleet-e2e\/|^(tools|bench)\/|\.spec\.ts$|\.process\.fixture\.ts$/,
  },
  {
    found: /\bMath\.random\(/,
    use: 'Random from @argosy/domain',
    except: /^libs\/platform\/runtime\/|^tools\/lint\/|\.process\.fixture\.ts$/,
  },
  {
    found: /\bparseFloat\(|\.toFixed\(/,
    use: 'parse*/format from @argosy/domain: no float touches money',
    except: OUTSIDE_THE_FLEET,
  },
  {
    found: /\bprocess\.env\b/,
    use: 'a *Config that main.ts fills',
    except: /\/main\.ts$|^libs\/testing\/|^apps\/fleet-e2e\/|^(tools|bench)\/|\.spec\.ts$|\.process\.fixture\.ts$/,
  },
  { found: /\bas any\b/, use: 'a type', except: /\.spec\.ts$/ },
  {
    found: /\bconsole\./,
    use: 'Logger from @argosy/platform-port',
    except: OUTSIDE_THE_FLEET,
  },
  { found: /\bFIXME\b/, use: 'nothing: finish it before it lands' },
  { found: /\bTODO\b(?! \(?#\d+)/, use: 'an issue number: TODO #12' },
  { found: /\bjest\.mock\(\s*['"](\.|@argosy\/)/, use: 'a port and a fake of it' },
  { found: /@ts-(ignore|nocheck)\b/, use: '@ts-expect-error with a reason, in specs only' },
];

/** The rule's own words stand in its files. */
const OWN_FILES = /^tools\/(tidy|lint)\//;

/** Text that has a better replacement; comments count for the marks that only comments bear. */
export function bannedText(repository: Repository): Finding[] {
  return repository
    .filter((file) => isScript(file) && !OWN_FILES.test(file.path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) =>
        BANS.filter((ban) => ban.except?.test(path) !== true && ban.found.test(codeOf(line, ban))).map((ban) => ({
          file: path,
          problem: `line ${String(index + 1)} has '${ban.found.exec(line)?.[0] ?? ''}'; use ${ban.use}`,
        })),
      ),
    );
}

/** A comment may explain what it avoids; a mark of unfinished work counts wherever it stands. */
function codeOf(line: string, ban: Ban): string {
  const marksComments = /TODO|FIXME|@ts-/.test(ban.found.source);
  return !marksComments && /^\s*(\/\/|\*|\/\*)/.test(line) ? '' : line;
}
