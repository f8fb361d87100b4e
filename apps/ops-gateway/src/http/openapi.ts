import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** OpenAPI at `/api/docs`; the alias is said once instead of listing every path twice. */
export function describeApi(app: NestFastifyApplication, version: string): void {
  const config = new DocumentBuilder()
    .setTitle('Argosy ops-gateway')
    .setDescription(
      '`/api/…` is an alias of `/api/v1/…`. Decimals are text. Errors are `{"error": {"code", "message", "details", "fix"}}`.',
    )
    .setVersion(version)
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-SIGNATURE',
        description: 'With X-API-KEY, X-TIMESTAMP and, if you like, X-NONCE; `argosy sign` prints them.',
      },
      'signature',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'token')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const paths = Object.entries(document.paths).filter(
    ([path]) => !path.startsWith('/api/') || path.startsWith('/api/v1/'),
  );
  SwaggerModule.setup('api/docs', app, { ...document, paths: Object.fromEntries(paths) });
}
