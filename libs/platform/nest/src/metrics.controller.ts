import { PromMetrics } from '@argosy/platform-observability';
import { Controller, Get, Inject, Res } from '@nestjs/common';

interface HeaderTarget {
  header(name: string, value: string): unknown;
}

/** The service's own registry in OpenMetrics form, so that exemplars are shown. */
@Controller()
export class MetricsController {
  constructor(@Inject(PromMetrics) private readonly metrics: PromMetrics) {}

  @Get()
  async index(@Res({ passthrough: true }) response: HeaderTarget): Promise<string> {
    response.header('Content-Type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
