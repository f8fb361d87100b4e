import { AccessService } from '@argosy/ops-service';
import { Logger } from '@argosy/platform-port';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OpsConfig } from '../ops.config.js';
import { ErrorFilter } from './error.filter.js';
import { installGate } from './gate.js';
import { describeApi } from './openapi.js';
import { PublicPort } from './public-port.js';
import { limitServer } from './server-limits.js';

/** Commands are small; whoever sends more means something else. */
export const BODY_BYTES_MAX = 65_536;

/** Everything about HTTP that stands before the handlers, set before the port opens. */
export function setUpHttp(app: NestFastifyApplication, version: string): void {
  const [access, logger, config] = [app.get(AccessService), app.get(Logger), app.get(OpsConfig)];
  const server = app.getHttpAdapter().getInstance();
  limitServer(app.getHttpServer(), { headersMs: config.OPS_HEADERS_TIMEOUT, requestMs: config.OPS_REQUEST_TIMEOUT });
  server.removeAllContentTypeParsers();
  // The bytes as they are: they are what was signed, and the content type that `curl -d` sends says nothing.
  app.useBodyParser('*', { bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => {
    done(null, body);
  });
  installGate(server, access);
  app.useGlobalFilters(new ErrorFilter(access, logger.child('http')));
  describeApi(app, version);
  app.get(PublicPort).inFrontOf(app.getHttpServer());
}
