import { type JsonValue, readStrictJson } from '@argosy/ops-core';
import type { PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { OpsException, opsException } from './ops.exception.js';

type BodyClass<T extends object> = new () => T;

/** Reads a body as JSON whatever its content type, and only into what its class declares; unknown fields are refused. */
export class BodyPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly type: BodyClass<T>) {}

  transform(raw: unknown): T {
    const body = plainToInstance(this.type, readObject(raw));
    const [first] = validateSync(body, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
    });
    if (first === undefined) return body;
    throw opsException('invalid_request', fieldProblem(first));
  }
}

export type JsonObject = Readonly<Record<string, JsonValue>>;

/** For what another program defines: strict JSON of any shape, read by whoever knows what it means. */
export class JsonBodyPipe implements PipeTransform<unknown, JsonObject> {
  transform(raw: unknown): JsonObject {
    return readObject(raw);
  }
}

/** For commands that say everything in their path. */
export class EmptyBodyPipe implements PipeTransform<unknown, undefined> {
  transform(raw: unknown): undefined {
    const [field] = Object.keys(readObject(raw));
    if (field !== undefined)
      throw opsException('invalid_request', { field, why: `property ${field} should not exist` });
    return undefined;
  }
}

/** A JSON object, or nothing at all, which means an empty one. */
export function readObject(raw: unknown): JsonObject {
  const text = raw instanceof Uint8Array ? decode(raw) : '';
  if (text.trim() === '') return {};
  const read = readStrictJson(text);
  if (!read.ok) throw new OpsException(read.refusal);
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value))
    throw opsException('json_malformed', { expected: 'an object' });
  return read.value as JsonObject;
}

function decode(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.startsWith('\uFEFF')) return text;
  } catch {
    // Falls through to the one answer for both.
  }
  throw opsException('body_encoding');
}

function fieldProblem(error: ValidationError, above = ''): Readonly<Record<string, string>> {
  const field = above === '' ? error.property : `${above}.${error.property}`;
  const [below] = error.children ?? [];
  if (below !== undefined) return fieldProblem(below, field);
  const [why = 'is not as documented'] = Object.values(error.constraints ?? {});
  return { field, why };
}
