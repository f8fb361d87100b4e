import { createHash } from 'node:crypto';
import { isNewEnough, type NatsFacts, natsWays, parseNatsVersion } from './nats-choice.mjs';
import { natsRelease, verifyChecksum } from './nats-release.mjs';

const nothing: NatsFacts = {
  configured: undefined,
  onPathVersion: undefined,
  builtVersion: undefined,
  hasGo: false,
  hasRelease: false,
};

const choices: ReadonlyArray<[string, Partial<NatsFacts>, string[]]> = [
  [
    'a configured path is the only thing tried',
    { configured: '/opt/nats', onPathVersion: '2.15.2', hasGo: true },
    ['configured'],
  ],
  [
    'a new one on the PATH spares the build',
    { onPathVersion: '2.11.0', builtVersion: '2.15.2', hasGo: true },
    ['path'],
  ],
  [
    "Debian's old one is passed over for what was built",
    { onPathVersion: '2.9.10', builtVersion: '2.15.2' },
    ['built'],
  ],
  ['Go builds it, and a download stands by', { hasGo: true, hasRelease: true }, ['go', 'download']],
  ['without Go it is downloaded', { onPathVersion: '2.9.10', hasRelease: true }, ['download']],
  ['an unknown platform without Go has no way', {}, []],
];

describe('the choice of a NATS server', () => {
  it.each(choices)('%s', (_story, facts, expected) => {
    expect(natsWays({ ...nothing, ...facts })).toEqual(expected);
  });

  it.each([
    ['nats-server: v2.15.2', '2.15.2'],
    ['nats-server: v2.12.0-RC.1', '2.12.0'],
    ['2.9.10', '2.9.10'],
    ['command not found', undefined],
  ])('reads the version out of %p', (output, expected) => {
    expect(parseNatsVersion(output)).toBe(expected);
  });

  it.each([
    ['2.10.29', false],
    ['2.11.0', true],
    ['2.9.100', false],
    ['3.0.0', true],
    ['1.99.0', false],
    [undefined, false],
  ])('judges version %p new enough: %p', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

describe('the pinned release', () => {
  it('accepts exactly the bytes that were published', () => {
    const bytes = Buffer.from('an archive');
    const published = createHash('sha256').update(bytes).digest('hex');
    expect(() => {
      verifyChecksum(bytes, published);
    }).not.toThrow();
    expect(() => {
      verifyChecksum(Buffer.from('an archivf'), published);
    }).toThrow(/SHA-256 [0-9a-f]{64}, the published one is/);
  });

  it('names archive and member of a known platform and refuses to guess for others', () => {
    expect(natsRelease('linux', 'x64')).toMatchObject({
      url: 'https://github.com/nats-io/nats-server/releases/download/v2.15.0/nats-server-v2.15.0-linux-amd64.tar.gz',
      member: 'nats-server-v2.15.0-linux-amd64/nats-server',
    });
    expect(natsRelease('sunos', 'x64')).toBeUndefined();
  });
});
