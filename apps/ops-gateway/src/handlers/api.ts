import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiSecurity, ApiTags } from '@nestjs/swagger';

/** Both prefixes of a group of routes: the second is an alias (OP-1). */
export const api = (path = ''): string[] => (path === '' ? ['api/v1', 'api'] : [`api/v1/${path}`, `api/${path}`]);

/** One route's entry in the OpenAPI document. */
export function Describe(
  tag: string,
  summary: string,
  example: unknown,
  query: readonly string[] = [],
): MethodDecorator {
  return applyDecorators(
    ApiTags(tag),
    ApiSecurity('signature'),
    ApiBearerAuth('token'),
    ApiOperation({ summary }),
    ApiOkResponse({
      description: 'As the example.',
      content: { 'application/json': { schema: { type: 'object' }, example } },
    }),
    ...query.map((name) => ApiQuery({ name, required: false, type: String })),
  );
}
