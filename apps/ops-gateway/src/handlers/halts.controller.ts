import { readAlerts } from '@argosy/ops-core';
import { AlertsService, KillSwitchService } from '@argosy/ops-service';
import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApproveBody, KillBody, ResumeBody } from '../dto/bodies.js';
import { BodyPipe, JsonBodyPipe, type JsonObject } from '../http/body.pipe.js';
import type { GatewayRequest } from '../http/gateway-request.js';
import { OpsException } from '../http/ops.exception.js';
import { readQuery } from '../http/query.js';
import { Responder } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

/** What stops the fleet, and what lifts that again. */
@Controller(api())
export class HaltsController {
  constructor(
    @Inject(KillSwitchService) private readonly killSwitch: KillSwitchService,
    @Inject(AlertsService) private readonly alerts: AlertsService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get('killswitch')
  @Describe('halts', 'Whether the kill switch is latched, who asked to resume, and the kill file.', EXAMPLES.killSwitch)
  state(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.killSwitch.state();
    });
  }

  @Get('killswitch/receipt')
  @Describe('halts', 'What became of every order that the latest kill met, and when (I-16).', EXAMPLES.killReceipt)
  receipt(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.killSwitch.receipt();
    });
  }

  @Post('killswitch')
  @ApiBody({ type: KillBody })
  @Describe(
    'halts',
    'Shut the gates, cancel every order, stop every strategy; latched until somebody resumes (RK-3).',
    EXAMPLES.killed,
  )
  kill(
    @Body(new BodyPipe(KillBody)) body: KillBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.responder.command(request, reply, (command) => this.killSwitch.kill(command, body.reason));
  }

  @Post('killswitch/resume')
  @ApiBody({ type: ResumeBody })
  @Describe('halts', 'Lift the kill, or ask for it where two people are needed (202).', EXAMPLES.resumed)
  resume(
    @Body(new BodyPipe(ResumeBody)) body: ResumeBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.responder.command(request, reply, (command) => this.killSwitch.resume(command, body.reason));
  }

  @Post('killswitch/resume/approve')
  @ApiBody({ type: ApproveBody })
  @Describe('halts', 'Approve exactly what somebody else asked for (I-54).', EXAMPLES.resumed)
  approve(
    @Body(new BodyPipe(ApproveBody)) body: ApproveBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.responder.command(request, reply, (command) =>
      this.killSwitch.approve(command, body.request_id, body.reason),
    );
  }

  @Post('alerts/webhook')
  @ApiBody({ schema: { type: 'object' } })
  @Describe(
    'halts',
    'Notifications of the alert manager (webhook version 4); a firing alert with action AUTO_KILL_SWITCH kills.',
    EXAMPLES.alertsReceived,
  )
  alert(
    @Body(new JsonBodyPipe()) body: JsonObject,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const alerts = readAlerts(body);
    if (!alerts.ok) throw new OpsException(alerts.refusal);
    return this.responder.command(request, reply, (command) => this.alerts.receive(command, alerts.value));
  }
}
