import type { Digest } from '@argosy/ops-core';
import { createHash } from 'node:crypto';

export const sha256: Digest = (content) => createHash('sha256').update(content).digest('hex');
