import { Controller, Get, HttpException, HttpStatus } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import { type HealthReport, ReadinessService } from './readiness.service.js';

@Controller('health')
export class HealthController {
  constructor(@Inject(ReadinessService) private readonly readiness: ReadinessService) {}

  /** The process lives: 200 as long as it can answer at all, with what it waits for. */
  @Get()
  health(): HealthReport {
    return this.readiness.report();
  }

  /** The service can work: 200, or 503 with the reasons. */
  @Get('ready')
  ready(): HealthReport {
    const report = this.readiness.report();
    if (!report.ready) throw new HttpException(report, HttpStatus.SERVICE_UNAVAILABLE);
    return report;
  }
}
