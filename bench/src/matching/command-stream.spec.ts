import { commandStream, FIELDS, STREAM_COMMANDS, STREAM_SHA256_STARTS, streamHash } from './command-stream.js';

describe('the command stream of the matching figure', () => {
  it('has the bytes that the other engines were measured on', () => {
    const commands = commandStream();
    expect(commands).toHaveLength(STREAM_COMMANDS * FIELDS);
    expect(streamHash(commands).slice(0, 8)).toBe(STREAM_SHA256_STARTS);
  });

  it('begins alike at every length, so that a quick run is a part of the whole one', () => {
    expect([...commandStream(1_000)]).toEqual([...commandStream(2_000).subarray(0, 1_000 * FIELDS)]);
  });

  it('is another one for another seed', () => {
    expect(streamHash(commandStream(1_000, 1))).not.toBe(streamHash(commandStream(1_000, 2)));
  });
});
