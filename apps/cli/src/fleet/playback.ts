import { readFile } from 'node:fs/promises';

/** Whether the recording has been played to its end: the exchange says so in what it prints. */
export async function hasPlaybackEnded(outputFile: string): Promise<boolean> {
  const text = await readFile(outputFile, 'utf8').catch(() => '');
  const states = text.split('\n').filter((line) => line.includes('"playback_state"'));
  return states.at(-1)?.includes('"ended"') === true;
}
